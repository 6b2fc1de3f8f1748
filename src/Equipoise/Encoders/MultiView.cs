using Equipoise.Data;
using Equipoise.Models;
using Equipoise.Torch;

namespace Equipoise.Encoders;

/// <summary>Several views of one thing (MVCNN, Su et al. 2015): one network looks at each view, and the features of all are pooled element by element, by maximum or mean.</summary>
public sealed class MultiView : Encoder
{
    private readonly Encoder _backbone;
    private readonly bool _maximum;

    /// <summary>Pools what a network says of each view.</summary>
    /// <param name="backbone">The network for one view, owned from now on.</param>
    /// <param name="maximum">Whether the maximum is taken; otherwise the mean.</param>
    public MultiView(Encoder backbone, bool maximum)
    {
        _backbone = Child("backbone", backbone);
        _maximum = maximum;
    }

    internal static EncoderType Type { get; } = new("mvcnn", [ModalityKind.Video, ModalityKind.Flow], block =>
    {
        string backbone = block.Choice("backbone", "resnet18", "resnet18", "resnet34", "resnet50", "cnn");
        bool maximum = block.Choice("pool", "max", "max", "mean") == "max";
        if (block.Modality.Shape.Length != 4) block.Problem("type", $"is mvcnn, and {block.Modality.Name} has one view", "take a network for pictures");
        MakeView make = ReadBackbone(block, backbone);
        return initial => new MultiView(make(initial), maximum);
    });

    /// <inheritdoc />
    public override long Width => _backbone.Width;

    /// <inheritdoc />
    public override string MemoryFormat(bool blocks) => _backbone.MemoryFormat(blocks);

    /// <inheritdoc />
    public override Tensor Forward(Tensor input, Tensor? mask = null)
    {
        long batch = input.Shape[0];
        Tensor views = _backbone.Forward(Frames.ToPictures(input)).Reshape(batch, -1, Width);
        return _maximum ? Ops.Max(views, 1) : views.Mean([1]);
    }

    private delegate Encoder MakeView(Torch.Generator initial);

    private static MakeView ReadBackbone(EncoderBlock block, string name)
    {
        long inputs = block.Channels;
        if (name != "cnn") return initial => new ResNet(inputs, initial, int.Parse(name["resnet".Length..], System.Globalization.CultureInfo.InvariantCulture));
        IReadOnlyList<int> channels = block.Sizes("channels", [16, 32, 64]);
        bool norm = block.Choice("norm", "batch", "none", "batch") == "batch";
        return initial => new Cnn(inputs, channels, initial, norm);
    }
}
