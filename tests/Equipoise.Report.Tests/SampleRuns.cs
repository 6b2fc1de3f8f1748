using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Equipoise.Report.Tests;

/// <summary>Writes run folders and comparisons as training would leave them, the same every time.</summary>
internal static class SampleRuns
{
    public static readonly string[] Digits =
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

    public static string Start(string method, string[] modalities, int epochs = 30, string[]? classes = null, string pack = "talking-digits") =>
        new JsonObject
        {
            ["event"] = "start",
            ["time"] = "2026-01-02T03:04:05Z",
            ["format"] = "equipoise-log/1",
            ["method"] = method,
            ["seed"] = 0,
            ["epochs"] = epochs,
            ["modalities"] = Array(modalities),
            ["classes"] = Array(classes ?? Digits),
            ["pack"] = new JsonObject { ["name"] = pack, ["path"] = "pack", ["hash"] = "0f3a" },
            ["splits"] = new JsonObject { ["train"] = 700, ["val"] = 100, ["test"] = 200 },
            ["parameters"] = new JsonObject { ["total"] = 52394, ["fusion"] = 1290 },
            ["config"] = new JsonObject { ["method"] = new JsonObject { ["name"] = method, ["alpha"] = 0.8 }, ["data"] = "pack" },
            ["environment"] = new JsonObject { ["equipoise"] = "0.1.0", ["libtorch"] = "1.13.1", ["threads"] = 2, ["precision"] = "float32" },
        }.ToJsonString();

    public static string Epoch(int epoch, int epochs, string[] modalities, double top, bool best = false)
    {
        double done = 1 - Math.Exp(-5.0 * (epoch + 1) / epochs), wave = Math.Sin(1.7 * epoch) * 0.015;
        var each = new JsonObject();
        var loss = new JsonObject { ["total"] = 2.3 - (2 * done), ["joint"] = 2.2 - (1.9 * done) };
        var figures = new JsonObject();
        for (int m = 0; m < modalities.Length; m++)
        {
            double accuracy = Math.Max(0.1, (top - (0.13 * m)) * done) + (wave * (m + 1));
            each[modalities[m]] = new JsonObject { ["accuracy"] = Round(accuracy), ["scored_by"] = "attribution" };
            loss[modalities[m]] = Round(2.3 - (done * (1.7 - (0.3 * m))));
            figures["ratio." + modalities[m]] = Round(Math.Exp((m == 0 ? 1 : -1) * (1.2 - done)));
            figures["coefficient." + modalities[m]] = Round(m == 0 ? 0.4 + (0.5 * done) : 1);
        }

        return new JsonObject
        {
            ["event"] = "epoch",
            ["epoch"] = epoch,
            ["learning_rate"] = 0.02,
            ["seconds"] = 1.2,
            ["samples_per_second"] = 580,
            ["loss"] = loss,
            ["train"] = new JsonObject { ["accuracy"] = Round(done), ["modalities"] = each.DeepClone() },
            ["val"] = new JsonObject { ["n"] = 100, ["accuracy"] = Round((top * done) + wave), ["modalities"] = each },
            ["figures"] = figures,
            ["best"] = best,
        }.ToJsonString();
    }

    public static string Test(string[] modalities, double accuracy, int classes, int selected)
    {
        var each = new JsonObject();
        for (int m = 0; m < modalities.Length; m++)
            each[modalities[m]] = new JsonObject { ["accuracy"] = Alone(accuracy, m), ["scored_by"] = "attribution" };
        return new JsonObject
        {
            ["event"] = "test",
            ["selected_epoch"] = selected,
            ["n"] = 200,
            ["accuracy"] = accuracy,
            ["macro_f1"] = Round(accuracy - 0.01),
            ["modalities"] = each,
            ["confusion"] = Array(Enumerable.Range(0, classes).Select(r => (JsonNode)Array(Enumerable.Range(0, classes)
                .Select(c => (JsonNode)(r == c ? (int)(20 * accuracy) : (r * 3 + c * 5) % 11 == 0 ? 2 : 0))))),
            ["per_class"] = Array(Enumerable.Range(0, classes).Select(c => (JsonNode)new JsonObject
            {
                ["class"] = classes == 10 ? Digits[c] : $"c{c}",
                ["n"] = 20,
                ["precision"] = Round(accuracy - 0.01 * c / classes),
                ["recall"] = accuracy,
                ["f1"] = accuracy,
            })),
        }.ToJsonString();
    }

    public static double Alone(double accuracy, int modality) => Round(accuracy - 0.06 - (0.17 * modality));

    public static string End(double seconds, int best) =>
        string.Create(CultureInfo.InvariantCulture, $$"""{"event":"end","seconds":{{seconds}},"best_epoch":{{best}}}""");

    /// <summary>A whole run folder; returns its path.</summary>
    public static string Run(string folder, string method, string[] modalities, double accuracy, int epochs = 30, int classes = 10)
    {
        int best = epochs * 2 / 3;
        var lines = new List<string> { Start(method, modalities, epochs, [.. Enumerable.Range(0, classes).Select(c => classes == 10 ? Digits[c] : $"c{c}")]) };
        lines.AddRange(Enumerable.Range(0, epochs).Select(e => Epoch(e, epochs, modalities, accuracy, e == best)));
        lines.Add(Test(modalities, accuracy, classes, best));
        lines.Add(End(41.5, best));
        return Write(folder, lines);
    }

    public static string Write(string folder, IEnumerable<string> lines)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, RunLog.FileName), string.Join('\n', lines) + "\n", new UTF8Encoding(false));
        return folder;
    }

    /// <summary>A comparison of several methods and one reference per modality, with probes; returns its folder.</summary>
    public static string Comparison(string folder, string[] modalities, int methods = 6, string title = "Talking digits")
    {
        string[] names = ["joint", "ogm-ge", "mla", "mmpareto", "relearn", "qmf"];
        var rows = new JsonArray();
        for (int m = 0; m < modalities.Length; m++)
        {
            Run(Path.Combine(folder, "runs", $"alone-{m}"), "unimodal", [modalities[m]], 0.88 - (0.08 * m));
            rows.Add(Row($"{modalities[m]} alone", $"runs/alone-{m}", "unimodal", 0.88 - (0.08 * m), [modalities[m]], 0));
        }

        for (int i = 0; i < methods; i++)
        {
            string name = i < names.Length ? names[i] : $"method {i}";
            double accuracy = Round(0.84 + (0.021 * (i % 6)));
            Run(Path.Combine(folder, "runs", $"run-{i}"), name, modalities, accuracy);
            rows.Add(Row(name, $"runs/run-{i}", name, accuracy, modalities, 0.06));
        }

        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "comparison.json"), new JsonObject
        {
            ["format"] = "equipoise-comparison/1",
            ["title"] = title,
            ["sentence"] = "Joint training leaves the picture well behind what it reaches alone; the methods lift it. "
                + "All use the same learning rate, and a joint model with a tuned step closes part of the gap.",
            ["rows"] = rows,
        }.ToJsonString());
        return folder;
    }

    private static JsonObject Row(string name, string run, string method, double accuracy, string[] modalities, double lost)
    {
        var each = new JsonObject();
        for (int m = 0; m < modalities.Length; m++) each[modalities[m]] = lost == 0 ? accuracy : Alone(accuracy, m);
        return new()
        {
            ["name"] = name,
            ["run"] = run,
            ["method"] = method,
            ["accuracy"] = accuracy,
            ["macro_f1"] = Round(accuracy - 0.01),
            ["modalities"] = each,
            ["probes"] = name == "joint" ? new JsonObject { [modalities[^1]] = 0.71 } : new JsonObject(),
            ["seconds"] = 41.5,
        };
    }

    private static double Round(double value) => Math.Round(value, 4);

    private static JsonArray Array(IEnumerable<string> texts) => Array(texts.Select(text => (JsonNode)text));

    private static JsonArray Array(IEnumerable<JsonNode> nodes) => new([.. nodes]);
}
