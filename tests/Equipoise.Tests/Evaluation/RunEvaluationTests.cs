using System.Text.Json.Nodes;
using Equipoise.Configuration;
using Equipoise.Data;
using Equipoise.Evaluation;
using Equipoise.Models;
using Equipoise.Tests.Training;
using Equipoise.Torch;
using Equipoise.Training;

namespace Equipoise.Tests.Evaluation;

/// <summary>Scores with modalities missing are those of the model asked directly; what is kept is what was found.</summary>
public sealed class RunEvaluationTests
{
    public static TheoryData<string, MissingMode> Cases
    {
        get
        {
            TheoryData<string, MissingMode> cases = [];
            foreach (string method in (string[])["joint", "mla", "qmf", "mmpareto"])
                foreach (MissingMode mode in Enum.GetValues<MissingMode>()) cases.Add(method, mode);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void EverySubsetScoresAsTheModelAskedDirectly(string method, MissingMode mode)
    {
        using TempFolder folder = new();
        Runs.Train(SmallPack.Make(folder["pack"], 3, absent: true), folder["run"], method, ("train.epochs", "2"));
        using TrainedRun run = TrainedRun.Open(folder["run"]);
        PackSplit test = run.Pack.Split("test");
        Coalitions found = Coalitions.Of(run.Evaluator, test, run.Model.Modalities, mode);
        for (int set = 0; set < 8; set++)
        {
            var (accuracy, loss) = Directly(run, test, found.Present(set), mode);
            Assert.Equal(accuracy, found.Subsets[set].Accuracy, 12);
            Assert.Equal(loss, found.Subsets[set].Loss, 1e-5);
        }
        Assert.Equal(["audio", "text"], found.Present(5));
        Assert.Equal(run.Evaluator.Score(test).Accuracy, found.Subsets[7].Accuracy);
        Assert.Equal(found.Subsets[7].Accuracy - found.Subsets[0].Accuracy, found.Contributions.Sum(), 12);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void AMaskScoresAsTheSplitThatLacksWhatItTakes(string method, MissingMode mode)
    {
        using TempFolder folder = new();
        Runs.Train(SmallPack.Make(folder["pack"], 3, absent: true), folder["run"], method, ("train.epochs", "2"));
        using TrainedRun run = TrainedRun.Open(folder["run"]);
        PackSplit test = run.Pack.Split("test");
        IReadOnlyList<MissingRateScores> rows = MissingRateScores.Of(run.Evaluator, test, run.Model.Modalities, [0, 0.3, 0.5], 2, mode);
        for (int seed = 0; seed < 2; seed++)
        {
            MissingMask mask = new MissingSettings(0.5, seed, mode).Mask(test, run.Model.Modalities);
            Scores masked = run.Evaluator.Score(test.Masked(mask, mode));
            Assert.Equal(masked.Accuracy, rows[2].Masks[seed].Accuracy);
            Assert.Equal(masked.Loss, rows[2].Masks[seed].Loss, 1e-5);
            Assert.Equal(masked.Modalities["text"].Total, rows[2].Masks[seed].Modalities["text"].Total);
        }
        Assert.Equal(run.Evaluator.Score(test).Accuracy, rows[0].Accuracy.Mean);
        Assert.Equal(0, rows[0].Accuracy.Deviation);
        Assert.InRange(rows[1].Absent.Mean, 0.25, 0.5);
    }

    [Fact]
    public void ManyAbsencesComeBackInTheirOrder()
    {
        using TempFolder folder = new();
        Runs.Train(SmallPack.Make(folder["pack"]), folder["run"], "joint", ("train.epochs", "2"));
        using TrainedRun run = TrainedRun.Open(folder["run"]);
        PackSplit test = run.Pack.Split("test");
        Absence[] each = [Absence.None, Absence.Of(["audio"]), Absence.Of(["visual"])];
        double[] losses = [.. run.Evaluator.Score(test, each).Select(scores => scores.Loss)];
        Assert.Equal(3, losses.Distinct().Count());
        Assert.Equal(Enumerable.Range(0, 100).Select(i => losses[i % 3]), run.Evaluator.Score(test, [.. Enumerable.Range(0, 100).Select(i => each[i % 3])]).Select(scores => scores.Loss));
    }

    [Fact]
    public void ARunTrainedWithModalitiesMissingFindsItsOwnTestAgain()
    {
        using TempFolder folder = new();
        RunResult result = Runs.Train(SmallPack.Make(folder["pack"], 3), folder["run"], "mla", ("train.missing", "{rate: 0.4, seed: 1}"));
        using TrainedRun run = TrainedRun.Open(folder["run"]);
        RunEvaluation evaluation = RunEvaluation.Of(run, new EvaluationRequest { MissingRates = [0.4], MaskSeeds = 2 }, TimeProvider.System);
        Assert.Equal(result.Test.Accuracy, evaluation.Missing[0].Masks[1].Accuracy);
        Assert.Equal(result.Test.Modalities["audio"].Total, evaluation.Missing[0].Masks[1].Modalities["audio"].Total);
        Assert.True(result.Test.Modalities["audio"].Total < 24);
        Assert.Equal(24, evaluation.Whole.Modalities["audio"].Total);
    }

    [Fact]
    public void EverythingAskedIsFoundKeptAndCounted()
    {
        using TempFolder folder = new();
        string pack = SmallPack.Make(folder["pack"]);
        Runs.Train(pack, folder["joint"], "joint");
        RunResult alone = Runs.Train(pack, folder["alone"], "unimodal");
        using TrainedRun run = TrainedRun.Open(folder["joint"]);
        EvaluationRequest request = new()
        {
            Drops = [["audio"], ["visual"]],
            MissingRates = [0.2, 0.5],
            MaskSeeds = 3,
            Coalitions = true,
            Unimodal = new Dictionary<string, string> { ["visual"] = folder["alone"] },
        };
        RunEvaluation evaluation = RunEvaluation.Of(run, request, TimeProvider.System);
        JsonObject json = evaluation.Keep(folder["joint"], TimeProvider.System);
        Assert.Equal(json.ToJsonString() + "\n", File.ReadAllText(folder["joint/evaluation.json"]));
        Assert.Equal(2, json["looks"]!.GetValue<int>());
        Assert.Equal(2, RunLog.LooksAtTest(folder["alone/log.jsonl"]));
        Assert.Equal(evaluation.Drops[0].Scores.Accuracy, json["accuracy"]!.GetValue<double>());
        Assert.Equal(evaluation.Drops[0].Scores.Accuracy, evaluation.Coalitions!.Subsets[2].Accuracy);
        Assert.Equal([3, 3], json["missing"]!.AsArray().Select(row => row!["masks"]!.AsArray().Count));
        Assert.Equal(3, json["coalitions"]!["subsets"]!.AsArray().Count);
        Assert.Equal(alone.Test.Accuracy - evaluation.Whole.Modalities["visual"].Accuracy, json["imbalance"]!["shortfall"]!["visual"]!.GetValue<double>(), 12);
        Assert.Equal(Math.Abs(evaluation.Whole.Modalities["visual"].Accuracy - evaluation.Whole.Modalities["audio"].Accuracy), json["imbalance"]!["unimodal_gap"]!.GetValue<double>(), 12);
        Assert.Equal(Shapley.Gap(evaluation.Coalitions.Contributions), json["imbalance"]!["shapley_gap"]!.GetValue<double>(), 12);
    }

    [Fact]
    public void WhatIsNoUnimodalRunOfThatModalityOnThatPackIsRefused()
    {
        using TempFolder folder = new();
        string pack = SmallPack.Make(folder["pack"]), other = SmallPack.Make(folder["other"], poisonTest: true);
        Runs.Train(pack, folder["joint"], "joint", ("train.epochs", "1"));
        Runs.Train(pack, folder["visual"], "unimodal", ("train.epochs", "1"));
        Runs.Train(other, folder["elsewhere"], "unimodal", ("train.epochs", "1"));
        using TrainedRun run = TrainedRun.Open(folder["joint"]);
        void Refused(string modality, string reference, string because) => Assert.Contains(because, Assert.Throws<ProblemException>(() =>
            RunEvaluation.Of(run, new EvaluationRequest { Unimodal = new Dictionary<string, string> { [modality] = folder[reference] } }, TimeProvider.System)).Message, StringComparison.Ordinal);
        Refused("audio", "visual", "no run of audio alone");
        Refused("visual", "joint", "no run of visual alone");
        Refused("visal", "visual", "did you mean visual?");
        Refused("visual", "elsewhere", "another pack");
    }

    /// <summary>One batch by the model and its methods, without the evaluator.</summary>
    private static (double Accuracy, double Loss) Directly(TrainedRun run, PackSplit split, IReadOnlyList<string> present, MissingMode mode)
    {
        using TensorScope scope = TensorScope.Begin();
        using GradMode off = GradMode.Off();
        run.Model.Train(false);
        using Batch batch = new Loader(split, run.Config.Inputs, new LoaderOptions { BatchSize = split.Count }).Epoch(0).Single();
        Dictionary<string, Tensor> inputs = new(batch.Inputs);
        Dictionary<string, bool[]> there = new(batch.Present);
        foreach (string modality in run.Model.Modalities.Where(modality => !present.Contains(modality)))
            if (mode == MissingMode.Zero) inputs[modality] = Tensor.Zeros(inputs[modality].Shape);
            else there[modality] = new bool[split.Count];
        Tensor logits = run.Config.Methods.Predict(run.Model, run.Model.Forward(new ModelInput(inputs, null, batch.Indices, there))).Logits;
        float[][] rows = [.. logits.LogSoftmax(1).ToArray<float>().Chunk(3)];
        return (rows.Where((row, i) => Array.IndexOf(row, row.Max()) == split.Labels[i]).Count() / (double)split.Count, -rows.Select((row, i) => (double)row[split.Labels[i]]).Average());
    }
}
