using Foreman.AgentLoop.Model;
using Foreman.Api;

namespace Foreman.AgentLoop.Loop.TextCalls;

/// <summary>
/// One form in which models write tool calls into their text. Adapters are pure and stand in the list of
/// <see cref="CallsInText"/>; each is tested with texts of real servers.
/// </summary>
internal interface ICallAdapter
{
    /// <summary>What a FleetNode calls it.</summary>
    ToolCallForm Form { get; }

    /// <summary>Finds calls of this form.</summary>
    /// <param name="text">The content of an answer, without its thinking.</param>
    /// <param name="isOffered">True for the name of a tool that the model was offered.</param>
    /// <returns>Null when the text holds none, or none that is complete.</returns>
    LiftedCalls? Lift(string text, Func<string, bool> isOffered);
}

/// <summary>Calls that were found in a text.</summary>
/// <param name="Start">Where they begin; what stands before is the text of the answer.</param>
/// <param name="Calls">At least one.</param>
internal sealed record LiftedCalls(int Start, IReadOnlyList<RawToolCall> Calls);
