using Foreman.Testing;

namespace Foreman.Agent.Tests.Support;

/// <summary>Where in a run its agent is killed.</summary>
internal enum KillMoment
{
    /// <summary>The model was asked and has not answered.</summary>
    Asked,

    /// <summary>A part of the answer is there.</summary>
    Halfway,

    /// <summary>The command of the answer has begun and has done nothing yet.</summary>
    BeforeEffect,

    /// <summary>The command has done what it does and has not ended.</summary>
    AfterEffect,

    /// <summary>The whole answer was sent: the agent does what it says, or has done it, or has asked on.</summary>
    Answered,
}

/// <summary>One place at which the agent of a run that follows a script is killed.</summary>
/// <param name="step">The answer, from 0.</param>
/// <param name="moment">When in its course.</param>
internal sealed class KillPoint(int step, KillMoment moment)
{
    private static int _last;

    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _passed;

    /// <summary>A command that ends only when it is killed, and that no other process carries in its arguments.</summary>
    private string Waits { get; } = FormattableString.Invariant($"sleep 86400.{Environment.ProcessId}0{Interlocked.Increment(ref _last)}");

    private StepMoment Wanted => Moment switch
    {
        KillMoment.Asked => StepMoment.Asked,
        KillMoment.Halfway => StepMoment.Halfway,
        _ => StepMoment.Answered,
    };

    /// <summary>The answer, from 0.</summary>
    public int Step => step;

    /// <summary>When in its course.</summary>
    public KillMoment Moment => moment;

    /// <summary>True when the run's state at this point is one and the same each time.</summary>
    public bool IsHeld => Moment != KillMoment.Answered;

    /// <summary>True when a call was begun and not finished there.</summary>
    public bool IsInCall => Moment is KillMoment.BeforeEffect or KillMoment.AfterEffect;

    /// <summary>Answers that were stored by then.</summary>
    public int Answers => IsInCall ? Step + 1 : Step;

    /// <summary>Holds the model, or the command that it asks for, at this point, once.</summary>
    /// <param name="model">The model.</param>
    /// <param name="here">Name of a file by which the command says that it is there.</param>
    public void Arm(StepModel model, string here)
    {
        model.Sending = (asked, call) => asked != Step || !IsInCall || _passed > 0 ? call
            : Moment == KillMoment.BeforeEffect ? StepCall.Of("bash", ("command", $"touch {here} && {Waits}"))
            : StepCall.Of("bash", ("command", $"{CommandOf(call)} && touch {here} && {Waits}"));
        model.Passing = (asked, at) =>
            !IsHeld && (asked, at) == (Step + 1, StepMoment.Asked) ? _released.Task
            : (asked, at) == (Step, Wanted) && Interlocked.Exchange(ref _passed, 1) == 0 ? ReachAsync()
            : Task.CompletedTask;
    }

    /// <summary>Waits until the run is there.</summary>
    /// <param name="isHere">Whether the command has said so.</param>
    public async Task ReachedAsync(Func<bool> isHere)
    {
        await _reached.Task.WaitAsync(TestDeadline.Default);
        await Eventually.TrueAsync(() => !IsInCall || isHere(), "the command to be there");
    }

    /// <summary>Lets the model go on.</summary>
    public void Release() => _released.TrySetResult();

    /// <summary>True while the command that was held runs.</summary>
    public bool CommandRuns() => Directory.EnumerateDirectories("/proc").Any(folder => Arguments(folder).Contains(Waits, StringComparison.Ordinal));

    public override string ToString() => $"step {Step}, {Moment}";

    private Task ReachAsync()
    {
        _reached.TrySetResult();
        return IsHeld && !IsInCall ? _released.Task : Task.CompletedTask;
    }

    private static string CommandOf(StepCall call)
    {
        using var arguments = System.Text.Json.JsonDocument.Parse(call.Arguments);
        return arguments.RootElement.GetProperty("command").GetString()!;
    }

    private static string Arguments(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "cmdline")).Replace('\0', ' ');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // No process, or one that has just ended.
            return "";
        }
    }
}
