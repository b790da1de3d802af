using Foreman.AgentLoop.Model;
using Foreman.Api;

namespace Foreman.AgentLoop.Loop.TextCalls;

/// <summary>
/// <c>&lt;function=NAME&gt;</c> with <c>&lt;parameter=NAME&gt;</c>, the form of Qwen3-Coder, with or without
/// <c>tool_call</c> tags around it. Without them only calls of offered tools count, and only at the end of the text.
/// All values are text; the tool's schema gives them their types.
/// </summary>
internal sealed class FunctionTagCalls : ICallAdapter
{
    private const string OpenCall = "<tool_call>";
    private const string CloseCall = "</tool_call>";
    private const string OpenFunction = "<function=";
    private const string CloseFunction = "</function>";
    private const string OpenParameter = "<parameter=";
    private const string CloseParameter = "</parameter>";

    /// <summary>How many beginnings are tried: prose may speak of one.</summary>
    private const int MaxTries = 8;

    /// <summary>Names of tools and parameters are not longer.</summary>
    private const int MaxName = 128;

    /// <inheritdoc/>
    public ToolCallForm Form => ToolCallForm.FunctionTags;

    /// <inheritdoc/>
    public LiftedCalls? Lift(string text, Func<string, bool> isOffered)
    {
        var start = text.IndexOf(OpenFunction, StringComparison.Ordinal);
        for (var tries = 0; start >= 0 && tries < MaxTries; tries++)
        {
            if (Block(text, start) is { } lifted && (lifted.IsTagged || (lifted.IsAtEnd && lifted.Calls.All(c => isOffered(c.Name)))))
            {
                return new LiftedCalls(lifted.Start, lifted.Calls);
            }

            start = text.IndexOf(OpenFunction, start + 1, StringComparison.Ordinal);
        }

        return null;
    }

    /// <summary>The calls that stand one after the other from here.</summary>
    private static (int Start, bool IsTagged, bool IsAtEnd, List<RawToolCall> Calls)? Block(string text, int start)
    {
        var before = text.AsSpan(0, start).TrimEnd();
        var isTagged = before.EndsWith(OpenCall, StringComparison.Ordinal);
        var calls = new List<RawToolCall>();
        var at = start;
        while (calls.Count < CallAssembler.MaxCalls && Function(text, at) is { } function)
        {
            calls.Add(function.Call);
            at = Skip(text, Skip(text, function.End, CloseCall), OpenCall);
        }

        return calls.Count == 0 ? null : (isTagged ? before.Length - OpenCall.Length : start, isTagged, at == text.Length, calls);
    }

    private static (RawToolCall Call, int End)? Function(string text, int at)
    {
        if (Name(text, at, OpenFunction) is not { } function)
        {
            return null;
        }

        var values = new OrderedDictionary<string, string>(StringComparer.Ordinal);
        var next = Skip(text, function.End, "");
        while (Name(text, next, OpenParameter) is { } parameter)
        {
            if (ValueEnd(text, parameter.End) is not { } end)
            {
                return null;
            }

            values[parameter.Name] = Value(text.AsSpan(parameter.End, end.Value - parameter.End));
            next = Skip(text, end.Next, "");
        }

        // Some models leave the closing tag out where nothing follows.
        var isClosed = text.AsSpan(next).StartsWith(CloseFunction, StringComparison.Ordinal);
        var isOver = next == text.Length || text.AsSpan(next).StartsWith(CloseCall, StringComparison.Ordinal);
        return isClosed || (isOver && values.Count > 0)
            ? (new RawToolCall(function.Name, Json(values)), isClosed ? next + CloseFunction.Length : next)
            : null;
    }

    private static (string Name, int End)? Name(string text, int at, string open)
    {
        if (!text.AsSpan(at).StartsWith(open, StringComparison.Ordinal))
        {
            return null;
        }

        var from = at + open.Length;
        var length = text.AsSpan(from, Math.Min(MaxName + 1, text.Length - from)).IndexOf('>');
        return length > 0 && !text.AsSpan(from, length).ContainsAny('\n', '<') ? (text.Substring(from, length).Trim().Trim('"'), from + length + 1) : null;
    }

    /// <summary>The first closing tag that another tag or the end follows: a value may hold such a tag itself.</summary>
    private static (int Value, int Next)? ValueEnd(string text, int start)
    {
        for (var close = text.IndexOf(CloseParameter, start, StringComparison.Ordinal); close >= 0; close = text.IndexOf(CloseParameter, close + 1, StringComparison.Ordinal))
        {
            var next = Skip(text, close + CloseParameter.Length, "");
            var rest = text.AsSpan(next);
            if (rest.IsEmpty || rest.StartsWith(OpenParameter, StringComparison.Ordinal) || rest.StartsWith(CloseFunction, StringComparison.Ordinal) || rest.StartsWith(CloseCall, StringComparison.Ordinal))
            {
                return (close, close + CloseParameter.Length);
            }
        }

        return null;
    }

    /// <summary>The value without the line ends that the form puts around it.</summary>
    private static string Value(ReadOnlySpan<char> text)
    {
        text = text.StartsWith("\r\n", StringComparison.Ordinal) ? text[2..] : text.StartsWith("\n", StringComparison.Ordinal) ? text[1..] : text;
        text = text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2] : text.EndsWith("\n", StringComparison.Ordinal) ? text[..^1] : text;
        return text.ToString();
    }

    /// <summary>The position after white space, this mark if it is there, and white space.</summary>
    private static int Skip(string text, int at, string mark)
    {
        at = AfterSpace(text, at);
        return mark.Length > 0 && text.AsSpan(at).StartsWith(mark, StringComparison.Ordinal) ? AfterSpace(text, at + mark.Length) : at;
    }

    private static int AfterSpace(string text, int at)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
        {
            at++;
        }

        return at;
    }

    private static string Json(OrderedDictionary<string, string> values) => ArgumentsJson.Of(json =>
    {
        foreach (var (name, value) in values)
        {
            json.WriteString(name, value);
        }

        return true;
    })!;
}
