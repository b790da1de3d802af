using System.Collections.Immutable;
using Foreman.AgentLoop.Model;
using Foreman.Api;

namespace Foreman.AgentLoop.Loop.TextCalls;

/// <summary>
/// Finds tool calls that a model wrote as text, because its server did not recognise them. Only what is complete counts:
/// what was meant by the rest is not guessed.
/// </summary>
internal static class CallsInText
{
    /// <summary>Every form of this release; the first one that finds calls decides.</summary>
    private static readonly ImmutableArray<ICallAdapter> Adapters = [TaggedCalls.Hermes, TaggedCalls.LmStudio, new FunctionTagCalls(), new FencedCalls(), new BareCalls(), new PythonCalls()];

    /// <summary>Marks of the end of a turn that servers leave at the end of a text.</summary>
    private static readonly string[] EndMarks = ["<|im_end|>", "<|eot_id|>", "<|eom_id|>", "<|end|>", "<|endoftext|>", "</s>", "<end_of_turn>"];

    /// <summary>The answer with the calls of its text as calls; the same answer when there are none.</summary>
    /// <param name="answer">An answer without calls of its own.</param>
    /// <param name="isOffered">True for the name of a tool that the model was offered.</param>
    internal static ChatAnswer Lift(ChatAnswer answer, Func<string, bool> isOffered) => Find(answer, isOffered)?.Answer ?? answer;

    /// <summary>The answer with the calls of its text as calls, and the form in which they stood there; null when there are none.</summary>
    /// <param name="answer">An answer without calls of its own.</param>
    /// <param name="isOffered">True for the name of a tool that the model was offered.</param>
    internal static (ChatAnswer Answer, ToolCallForm Form)? Find(ChatAnswer answer, Func<string, bool> isOffered)
    {
        var text = WithoutEndMarks(answer.Content);
        foreach (var adapter in Adapters)
        {
            if (adapter.Lift(text, isOffered) is { } lifted)
            {
                return (answer with { Content = text[..lifted.Start].TrimEnd(), Calls = [.. lifted.Calls.Take(CallAssembler.MaxCalls)] }, adapter.Form);
            }
        }

        return null;
    }

    private static string WithoutEndMarks(string text)
    {
        var rest = text.AsSpan().TrimEnd();
        for (var found = true; found;)
        {
            found = false;
            foreach (var mark in EndMarks)
            {
                if (rest.EndsWith(mark, StringComparison.Ordinal))
                {
                    rest = rest[..^mark.Length].TrimEnd();
                    found = true;
                }
            }
        }

        return rest.ToString();
    }
}
