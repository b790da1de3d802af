using Foreman.AgentLoop.Model;
using Foreman.Api;

namespace Foreman.AgentLoop.Loop.TextCalls;

/// <summary>Fenced blocks of JSON that end the text and name offered tools; a block that is followed by words is an example.</summary>
internal sealed class FencedCalls : ICallAdapter
{
    private const string Fence = "```";

    /// <summary>How many opening fences are tried: arguments may hold fences of their own.</summary>
    private const int MaxTries = 16;

    /// <inheritdoc/>
    public ToolCallForm Form => ToolCallForm.FencedJson;

    /// <inheritdoc/>
    public LiftedCalls? Lift(string text, Func<string, bool> isOffered)
    {
        var calls = new List<RawToolCall>();
        var body = text.TrimEnd();
        var start = -1;
        while (body.Length > 2 * Fence.Length && body.EndsWith(Fence, StringComparison.Ordinal) && calls.Count < CallAssembler.MaxCalls
            && LastBlock(body, isOffered) is { } block)
        {
            calls.InsertRange(0, block.Calls);
            start = block.Start;
            body = body[..start].TrimEnd();
        }

        return start < 0 ? null : new LiftedCalls(start, calls);
    }

    private static LiftedCalls? LastBlock(string body, Func<string, bool> isOffered)
    {
        var end = body.Length - Fence.Length;
        var at = end;
        for (var tries = 0; tries < MaxTries && at > 0; tries++)
        {
            at = body.LastIndexOf(Fence, at - 1, StringComparison.Ordinal);
            var line = at < 0 ? -1 : body.IndexOf('\n', at, end - at);
            if (at < 0)
            {
                return null;
            }

            if (line >= 0 && CallJson.ReadAll(body[line..end]) is { } calls && calls.All(c => isOffered(c.Name)))
            {
                return new LiftedCalls(at, calls);
            }
        }

        return null;
    }
}
