using System.Text.Json.Nodes;
using Equipoise.Configuration;
using Equipoise.Data;
using Equipoise.Evaluation;
using Equipoise.Formats;
using Equipoise.Methods;
using Equipoise.Models;
using Equipoise.Torch;
using Equipoise.Torch.Optimizers;
using Equipoise.Weights;

namespace Equipoise.Training;

/// <summary>
/// One run: epochs of steps, each followed by an evaluation on val that decides which weights are kept; test is opened once, after
/// the last epoch, with those weights.
/// </summary>
public sealed class Trainer : IDisposable
{
    private readonly RunConfig _config;
    private readonly Pack _pack;
    private readonly RunFolder _folder;
    private readonly RunLog _log;
    private readonly Lazy<TensorBoardWriter> _board;
    private readonly TimeProvider _clock;
    private readonly ITrainingObserver? _observer;
    private readonly MultimodalModel _model;
    private readonly Optimizer _optimizer;
    private readonly Generator _noise;
    private readonly Tensor? _classWeights;
    private readonly Evaluator _evaluator;
    private readonly TrainingStep _step;
    private readonly MemoryPlan _plan;
    private readonly IReadOnlyList<WeightsReport> _weights;
    private readonly HashSet<string> _warnings = [];
    private Progress _progress = new();
    private double _waited;

    /// <summary>Prepares a run; nothing is written yet.</summary>
    /// <param name="config">What to train and how.</param>
    /// <param name="pack">The data; the caller goes on owning it, as all that is passed here.</param>
    /// <param name="folder">Where the run is written.</param>
    /// <param name="observer">Who is told of the progress; null for nobody.</param>
    /// <param name="clock">What the time is; null for the system's clock.</param>
    public Trainer(RunConfig config, Pack pack, RunFolder folder, ITrainingObserver? observer = null, TimeProvider? clock = null)
    {
        _config = config;
        _pack = pack;
        _folder = folder;
        _observer = observer;
        _clock = clock ?? TimeProvider.System;
        using DeviceScope device = RunParts.BeginTraining(config.Train);
        _model = RunParts.BuildModel(config);
        _weights = !folder.IsNew && Checkpoint.Exists(folder.Checkpoint("last")) ? [] : RunParts.LoadWeights(config, _model);
        _plan = RunParts.Start(config, pack, _model);
        folder.MakeRoom(); // What can fail has not.
        _log = new RunLog(folder.Log, _clock);
        _board = new Lazy<TensorBoardWriter>(() => new TensorBoardWriter(folder.TensorBoard, _clock));
        _optimizer = config.Train.Optimizer.Make(_model);
        _noise = new Generator(RunParts.Seed(config, "noise"));
        _classWeights = config.Train.BalancedClasses ? RunParts.ClassWeights(pack) : null;
        _evaluator = new Evaluator(_model, config.Methods, config.Inputs, pack.Classes.Count, _plan.EvaluationBatch, config.Train.Device);
        _step = new TrainingStep(_model, config.Methods, _optimizer, new LossFunction(_classWeights, config.Train.LabelSmoothing), _noise, config.Train.ClipNorm, RunParts.Seed(config, "draws"))
        {
            Accumulate = config.Train.Accumulate,
            MicroBatch = _plan.MicroBatch,
            LossScale = config.Train.HalfPrecision == DType.Float16 ? _progress.LossScale : null,
        };
    }

    /// <summary>Trains from the first step on.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; the state is saved and <see cref="Resume"/> goes on.</exception>
    /// <exception cref="DivergedException">A loss is not finite.</exception>
    public RunResult Run(CancellationToken cancellation = default)
    {
        using DeviceScope device = DeviceScope.Begin(_config.Train.Device);
        AtomicFile.WriteAllText(_folder.Pack, _pack.Describe().ToJsonString() + "\n");
        AtomicFile.WriteAllText(_folder.Config, RunParts.ConfigText(_config, _pack, _model, _plan));
        _log.Write("start", RunParts.StartEvent(_config, _pack, _model, _plan));
        TellWeights();
        return Go(cancellation);
    }

    /// <summary>Goes on from the last checkpoint, bit for bit; from the first step where there is none yet.</summary>
    public RunResult Resume(CancellationToken cancellation = default)
    {
        using DeviceScope device = DeviceScope.Begin(_config.Train.Device);
        if (Checkpoint.Exists(_folder.Checkpoint("last")))
            _progress = Progress.FromJson(Checkpoint.Load(_folder.Checkpoint("last"), _model, _optimizer, _config.Methods, _noise), _progress.LossScale);
        if (_progress.Epoch >= _config.Train.Epochs && Finished())
            throw new ProblemException($"{_folder.Path}: is finished ({_progress.Epoch} epochs, test opened); to train on add --set train.epochs={_progress.Epoch * 2}");
        _log.Write("resume", new JsonObject { ["epoch"] = _progress.Epoch, ["step"] = _progress.Step });
        TellWeights();
        return Go(cancellation);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _log.Dispose();
        _step.Dispose();
        if (_board.IsValueCreated) _board.Value.Dispose();
        _optimizer.Dispose();
        _model.Dispose();
        _noise.Dispose();
        _classWeights?.Dispose();
    }

    private RunResult Go(CancellationToken cancellation)
    {
        TrainSettings train = _config.Train;
        Loader loader = new(_config.Split(_pack, "train"), _config.Inputs, train.Loading(RunParts.Seed(_config, "loader")));
        while (_progress.Epoch < train.Epochs && !OutOfPatience())
        {
            long began = _clock.GetTimestamp();
            _waited = 0;
            train.Freeze.Apply(_model, _progress.Epoch);
            _optimizer.LearningRate = train.Optimizer.LearningRate * train.Schedule.At(_progress.Epoch, train.Epochs);
            TrainEpoch(loader, cancellation);
            double training = _clock.GetElapsedTime(began).TotalSeconds;
            FinishEpoch(began, training);
        }
        return Finish();
    }

    private void TellWeights()
    {
        foreach (WeightsReport report in _weights)
        {
            _log.Write("weights", report.ToJson());
            _observer?.Loaded(report);
        }
    }

    private void TrainEpoch(Loader loader, CancellationToken cancellation)
    {
        using IEnumerator<Batch> batches = loader.Epoch(_progress.Epoch, _progress.Step).GetEnumerator();
        while (WaitForBatch(batches))
        {
            StepPosition position = new(_progress.Epoch, _progress.Step, loader.StepsPerEpoch);
            using (Batch batch = batches.Current) TrainBatch(batch, position);
            _observer?.Stepped(_progress.Epoch, ++_progress.Step, loader.StepsPerEpoch);
            if (!cancellation.IsCancellationRequested || !position.EndsGroup(_config.Train.Accumulate)) continue; // What is added up is in no checkpoint.
            SaveLast();
            _log.Write("interrupted", new JsonObject { ["epoch"] = _progress.Epoch, ["step"] = _progress.Step });
            cancellation.ThrowIfCancellationRequested();
        }
    }

    private bool WaitForBatch(IEnumerator<Batch> batches)
    {
        long began = _clock.GetTimestamp();
        bool any = batches.MoveNext();
        _waited += _clock.GetElapsedTime(began).TotalSeconds;
        return any;
    }

    private void TrainBatch(Batch batch, StepPosition position)
    {
        using TensorScope scope = TensorScope.Begin();
        try
        {
            _step.Run(batch.ToInput(), position, _progress.Record);
        }
        catch (DivergedException error)
        {
            _log.Write("failed", new JsonObject { ["message"] = error.Message, ["epoch"] = error.Epoch, ["step"] = error.Step, ["modality"] = error.Modality });
            throw;
        }
    }

    private void FinishEpoch(long began, double training)
    {
        EpochRecord record = _progress.Record;
        Scores val = _evaluator.Score(_config.Split(_pack, "val"));
        double value = val.By(_config.SelectBy);
        bool best = value > _progress.BestValue || _progress.BestEpoch < 0;
        if (best) (_progress.BestEpoch, _progress.BestValue, _progress.BestVal) = (_progress.Epoch, value, val.ToJson());
        if (best) Checkpoint.Save(_folder.Checkpoint("best"), _model, _optimizer, _config.Methods, _noise, _progress.ToJson());
        Dictionary<string, double> figures = record.Figures.ToDictionary(pair => pair.Key, pair => pair.Value.Sum / pair.Value.Count);
        _config.Methods.EpochEnd(new EpochContext(
            _model, _optimizer, _pack.Classes.Count, _progress.Epoch, _config.Train.Epochs,
            split => _evaluator.Features(_config.Split(_pack, split == "train" ? "train" : "val")), (name, figure) => figures[name] = figure));
        double seconds = _clock.GetElapsedTime(began).TotalSeconds, rate = record.Samples / Math.Max(training, 1e-9);
        _log.Write("epoch", RunParts.EpochEvent(_progress.Epoch, _optimizer.LearningRate, seconds, rate, _waited / Math.Max(training, 1e-9), record, val, figures, best));
        DrawScalars(record, val, figures);
        EpochReport report = new(_progress.Epoch, _config.Train.Epochs, record.MeanTotal, val, figures, seconds, rate, best);
        _progress.Epoch++;
        _progress.Step = 0;
        _progress.Seconds += seconds;
        _progress.Record = new EpochRecord();
        SaveLast();
        WriteMetrics(_progress.BestVal!, test: null);
        _observer?.EpochDone(report);
        TellWarnings();
    }

    /// <summary>What libtorch warned of, once each: a kernel that does not give the same bits every time, say.</summary>
    private void TellWarnings()
    {
        foreach (string warning in TorchRuntime.TakeWarnings().Where(_warnings.Add))
        {
            _log.Write("warning", new JsonObject { ["message"] = $"libtorch: {warning}" });
            _observer?.Warned(warning);
        }
    }

    private void DrawScalars(EpochRecord record, Scores val, Dictionary<string, double> figures)
    {
        TensorBoardWriter board = _board.Value;
        board.Scalar("loss/total", _progress.Epoch, record.MeanTotal);
        foreach (var (name, loss) in record.MeanLosses) board.Scalar($"loss/{name}", _progress.Epoch, loss);
        board.Scalar("val/accuracy", _progress.Epoch, val.Accuracy);
        foreach (var (name, alone) in val.Modalities) board.Scalar($"val/{name}", _progress.Epoch, alone.Accuracy);
        foreach (var (name, figure) in figures) board.Scalar($"method/{name}", _progress.Epoch, figure);
    }

    /// <summary>Opens test for the first and only time, with the weights selected on val.</summary>
    private RunResult Finish()
    {
        Checkpoint.LoadWeights(_folder.Checkpoint("best"), _model);
        Scores val = _evaluator.Score(_config.Split(_pack, "val"));
        Scores test = _evaluator.Score(_config.Split(_pack, "test"));
        JsonObject fields = test.ToDetailedJson(_pack.Classes);
        fields["selected_epoch"] = _progress.BestEpoch;
        _log.Write("test", fields);
        WriteMetrics(val.ToJson(), test);
        _log.Write("end", new JsonObject { ["seconds"] = _progress.Seconds, ["best_epoch"] = _progress.BestEpoch });
        return new RunResult(_config.Methods.Name, _progress.Epoch, _progress.BestEpoch, val, test, _progress.Seconds);
    }

    private bool Finished() => File.Exists(_folder.Metrics) && WholeFile.ReadJson(_folder.Metrics, "metrics of a run", "remove it", json => json["test"] is not null);

    private bool OutOfPatience() => _config.Train.Patience > 0 && _progress.BestEpoch >= 0 && _progress.Epoch - 1 - _progress.BestEpoch >= _config.Train.Patience;

    private void SaveLast() => Checkpoint.Save(_folder.Checkpoint("last"), _model, _optimizer, _config.Methods, _noise, _progress.ToJson());

    private void WriteMetrics(JsonObject val, Scores? test)
    {
        JsonObject json = new()
        {
            ["format"] = "equipoise-metrics/1",
            ["method"] = _config.Methods.Name,
            ["seed"] = _config.Train.Seed,
            ["epochs"] = _progress.Epoch,
            ["best_epoch"] = _progress.BestEpoch,
            ["selected_on"] = "val",
            ["selected_by"] = _config.SelectBy,
            ["val"] = val.DeepClone(),
        };
        if (test is not null) json["test"] = test.ToJson();
        AtomicFile.WriteAllText(_folder.Metrics, json.ToJsonString(new System.Text.Json.JsonSerializerOptions { WriteIndented = true }) + "\n");
    }
}

/// <summary>How a run ended.</summary>
/// <param name="Method">The methods' names.</param>
/// <param name="Epochs">Epochs done.</param>
/// <param name="BestEpoch">The epoch whose weights were kept.</param>
/// <param name="Val">Scores of those weights on val.</param>
/// <param name="Test">Scores of those weights on test.</param>
/// <param name="Seconds">Seconds of training.</param>
public sealed record RunResult(string Method, int Epochs, int BestEpoch, Scores Val, Scores Test, double Seconds);
