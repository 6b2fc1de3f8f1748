namespace Equipoise.Data.Published;

/// <summary>ModelNet40 as twelve rendered views of each object: the front one and the back one are the two modalities.</summary>
internal sealed class ModelNet40 : PublishedDataset
{
    private const int Views = 12, Front = 0, Back = 6;

    internal override string Name => "modelnet40";

    internal override string Layout => "CLASS/train/ and CLASS/test/ with twelve pictures of each object, such as airplane_0001.obj.shaded_v001.png or airplane_0001_001.jpg";

    internal override Listing Read(PublishedFolder root, string preset)
    {
        string[] classes = [.. root.FoldersIn("").Where(name => root.FindOrNull($"{name}/train") is not null)];
        if (classes.Length < 2) root.Find("airplane/train");
        const string picture = "{type: frames, size: [224, 224]}";
        return new Listing(classes, [new("front", picture), new("back", picture)], [.. classes.SelectMany(label => Part(root, label, "train").Concat(Part(root, label, "test")))]);
    }

    private static IEnumerable<ListedSample> Part(PublishedFolder root, string label, string split)
    {
        string folder = root.Find($"{label}/{split}");
        IEnumerable<IGrouping<string, string>> objects = root.FilesIn(folder, "*.png").Concat(root.FilesIn(folder, "*.jpg")).GroupBy(ObjectOf);
        foreach (IGrouping<string, string> views in objects)
        {
            string[] files = [.. views.Order(StringComparer.Ordinal)];
            // A view that is absent shifts the others: the object is listed with a file that does not exist, and told as such.
            bool whole = files.Length == Views;
            yield return new ListedSample(views.Key, split, label, null, new Dictionary<string, Cell>
            {
                ["front"] = new(whole ? files[Front] : $"{folder}/{views.Key} (has {files.Length} of {Views} views)"),
                ["back"] = new(whole ? files[Back] : $"{folder}/{views.Key} (has {files.Length} of {Views} views)"),
            });
        }
    }

    private static string ObjectOf(string file)
    {
        string name = System.IO.Path.GetFileNameWithoutExtension(file);
        int at = name.IndexOf(".obj", StringComparison.Ordinal);
        return at > 0 ? name[..at] : name[..Math.Max(name.LastIndexOf('_'), 1)];
    }
}
