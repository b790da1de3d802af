using Foreman.AgentLoop.Loop.Modes;
using Foreman.Api;

namespace Foreman.AgentLoop.Conformance;

/// <summary>What one way of offering a tool gave.</summary>
/// <param name="Result">What came.</param>
/// <param name="Form">The form in which the call stood in the text; null when it did not.</param>
internal readonly record struct Trial(TrialResult Result, ToolCallForm? Form = null);

/// <summary>Results of a <see cref="Trial"/>.</summary>
internal enum TrialResult
{
    /// <summary>The tool was called.</summary>
    Called,

    /// <summary>The model answered without calling it.</summary>
    NotCalled,

    /// <summary>The server takes no such request.</summary>
    Refused,

    /// <summary>Nothing can be said: no answer, or one that was cut before it came to a call.</summary>
    Unknown,
}

/// <summary>What follows from the trials so far.</summary>
/// <param name="Next">The way to try next; null when it is decided.</param>
/// <param name="Form">What was found; null when nothing can be said, and while <paramref name="Next"/> is set.</param>
internal readonly record struct ConformanceStep(RequestMode? Next, ToolCallForm? Form);

/// <summary>Decides how calls of tools come from a model. Pure.</summary>
internal static class ConformanceDecision
{
    private static readonly RequestMode[] Order = [RequestMode.Native, RequestMode.Prompted, RequestMode.Structured];

    /// <summary>The next step: the ways are tried in the order of <see cref="RequestMode"/>, and the first that gives a call is taken.</summary>
    /// <param name="trials">So far, in order.</param>
    internal static ConformanceStep Next(IReadOnlyList<Trial> trials)
    {
        if (trials is [.., { Result: TrialResult.Unknown }])
        {
            return default;
        }

        return trials is [.., { Result: TrialResult.Called } last] ? new ConformanceStep(null, Found(Order[trials.Count - 1], last.Form))
            : trials.Count < Order.Length ? new ConformanceStep(Order[trials.Count], null)
            : new ConformanceStep(null, ToolCallForm.None);
    }

    private static ToolCallForm Found(RequestMode mode, ToolCallForm? inText) => mode switch
    {
        RequestMode.Native => inText ?? ToolCallForm.Native,
        RequestMode.Prompted => ToolCallForm.Prompted,
        _ => ToolCallForm.Structured,
    };
}
