using Equipoise.Data;
using Equipoise.Methods;
using Equipoise.Training;

namespace Equipoise.Evaluation;

/// <summary>What a modality reaches when it is trained alone: the mark that its part in a joint model is measured against.</summary>
internal static class UnimodalReference
{
    /// <summary>Scores a unimodal run on the pack and split that a joint run is scored on; a look at test is counted in its log too.</summary>
    internal static double Accuracy(TrainedRun joint, string modality, string folder, string split, TimeProvider clock)
    {
        string option = $"--unimodal {modality}={folder}";
        if (!joint.Model.Modalities.Contains(modality))
            throw new ProblemException($"{option}: the run has no such modality; {Nearest.Remedy(modality, (IReadOnlyCollection<string>)joint.Model.Modalities)}");
        using TrainedRun run = TrainedRun.Open(folder, joint.Pack.Folder);
        if (run.Config.Methods.Methods.OfType<Unimodal>().FirstOrDefault()?.Modality != modality)
            throw new ProblemException($"{option}: is no run of {modality} alone; train one with --method unimodal --set method.modality={modality}");
        if (run.OtherPack != joint.OtherPack) throw new ProblemException($"{option}: was trained on another pack than the run; train both on one");
        RunEvaluation evaluation = RunEvaluation.Of(run, new EvaluationRequest { Split = split }, clock);
        evaluation.Keep(folder, clock);
        return evaluation.Whole.Accuracy;
    }
}
