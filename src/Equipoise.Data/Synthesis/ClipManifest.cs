using System.Globalization;
using CsvHelper;
using Equipoise.Formats;

namespace Equipoise.Data.Synthesis;

/// <summary>Writes what is known of the clips: <c>manifest.csv</c> and <c>dataset.yaml</c>.</summary>
internal static class ClipManifest
{
    private static readonly string[] Header =
    [
        "id", "split", "label", "group", "audio", "visual",
        "accent", "speed", "pitch", "drowned", "snr", "font", "size", "angle", "contrast", "bars",
    ];

    internal static void Write(IReadOnlyList<ClipPlan> plans, string folder)
    {
        using (AtomicFile file = new(Path.Combine(folder, "manifest.csv")))
        {
            using (CsvWriter csv = CsvWriter.Create(file.Stream, new CsvWriterOptions { NewLine = "\n" }, leaveOpen: true))
            {
                csv.WriteRecord(Header);
                foreach (ClipPlan plan in plans) csv.WriteRecord(Fields(plan));
            }
            file.Complete();
        }
        AtomicFile.WriteAllText(Path.Combine(folder, "dataset.yaml"), Dataset);
    }

    private static string[] Fields(ClipPlan plan)
    {
        SpeechPlan speech = plan.Speech;
        PicturePlan picture = plan.Picture;
        object[] fields =
        [
            plan.Id, plan.Split, TalkingDigits.Words[plan.Digit], speech.Voice, plan.File, plan.File,
            speech.Accent, speech.Speed, speech.Pitch, speech.Drowned ? 1 : 0, speech.Snr,
            picture.Font, picture.Size, picture.Angle, picture.Contrast, picture.Bars.Count,
        ];
        return [.. fields.Select(field => Convert.ToString(field, CultureInfo.InvariantCulture)!)];
    }

    private const string Dataset = """
        # Talking digits: a digit is shown and said. Made by `equipoise data synth talking-digits`.
        name: talking-digits
        classes: [zero, one, two, three, four, five, six, seven, eight, nine]
        manifest: manifest.csv
        modalities:
          audio:
            kind: spectrogram
            recipe: {type: log-spectrogram, rate: 8000, seconds: 1, fit: pad, n_fft: 256, hop: 128, floor: 0.001, pool: [4, 2]}
          visual:
            kind: image
            recipe: {type: frames, rate: 2.5, frames: 3, stack: channels, size: [32, 32], colour: grey, resize: fast}

        """;
}
