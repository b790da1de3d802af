using System.Security.Cryptography;
using System.Text;
using Foreman.Api;

namespace Foreman.Tools.Audit;

/// <summary>Told of every call of a run, once, when it is over.</summary>
public interface IToolAudit
{
    /// <summary>Takes note of a call. It never throws, and may be called from any thread.</summary>
    /// <param name="call">What was called and what came of it.</param>
    void Record(AuditedCall call);
}

/// <summary>How a call ended.</summary>
public enum CallOutcome
{
    /// <summary>It did what was asked.</summary>
    Succeeded,

    /// <summary>It did not; the model was told why.</summary>
    Failed,

    /// <summary>It was not run.</summary>
    Refused,

    /// <summary>The run was stopped meanwhile.</summary>
    Stopped,
}

/// <summary>A call, without its arguments and its result.</summary>
/// <param name="Tool">As the model wrote it.</param>
/// <param name="Classes">What the tool can do; none when there is no such tool.</param>
/// <param name="ArgumentsSha256">SHA-256 of the arguments in UTF-8, in hex.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Duration">How long it took.</param>
public sealed record AuditedCall(string Tool, ToolClasses Classes, string ArgumentsSha256, CallOutcome Outcome, TimeSpan Duration)
{
    /// <summary>Exit code of the command that it ran; null when it ran none, or one that was ended from outside.</summary>
    public int? ExitCode { get; init; }

    /// <summary>True when it was refused because the run may not use the tool, there is no such tool, or its effects can't be undone.</summary>
    public bool IsDenied { get; init; }

    /// <summary>What is told of a call.</summary>
    /// <param name="call">The call.</param>
    /// <param name="classes">Of its tool.</param>
    /// <param name="refused">True when it was not run.</param>
    /// <param name="outcome">What came of it; null when the run was stopped.</param>
    /// <param name="duration">How long it took.</param>
    internal static AuditedCall Of(ToolCall call, ToolClasses classes, bool refused, ToolOutcome? outcome, TimeSpan duration) => new(
        call.Name,
        classes,
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(call.Arguments))),
        refused ? CallOutcome.Refused : outcome switch { null => CallOutcome.Stopped, { IsError: true } => CallOutcome.Failed, _ => CallOutcome.Succeeded },
        duration)
    {
        ExitCode = outcome?.ExitCode,
    };
}
