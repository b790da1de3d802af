using System.Text;

namespace Foreman.AgentLoop.Model;

/// <summary>Puts the chunks of one answer together, within bounds.</summary>
internal sealed class AnswerAssembler(int maxCharacters)
{
    /// <summary>More calls than this in one answer are not kept.</summary>
    internal const int MaxCalls = 16;

    private readonly StringBuilder _content = new();
    private readonly StringBuilder _reasoning = new();
    private readonly List<PartialCall> _calls = [];
    private string? _model;
    private TokenUsage? _usage;
    private ServerTimings? _timings;

    /// <summary>The reason that the server gave for its end; null while the answer goes on.</summary>
    internal string? FinishReason { get; private set; }

    /// <summary>True when usage or timings have come: nothing more is to be waited for after the end.</summary>
    internal bool HasUsage => _usage is not null;

    /// <summary>True when the answer has outgrown its bound and the rest is not read.</summary>
    internal bool IsFull { get; private set; }

    internal void Add(ChatChunk chunk)
    {
        _ = _content.Append(chunk.Content);
        _ = _reasoning.Append(chunk.Reasoning);
        foreach (var delta in chunk.Calls)
        {
            Add(delta);
        }

        FinishReason = chunk.FinishReason ?? FinishReason;
        _model = chunk.Model ?? _model;
        _usage = chunk.Usage ?? _usage;
        _timings = chunk.Timings ?? _timings;
        IsFull = _content.Length + _reasoning.Length + _calls.Sum(c => c.Arguments.Length) > maxCharacters;
    }

    /// <summary>The answer so far.</summary>
    /// <param name="cut">True when we stopped reading.</param>
    internal ChatAnswer Build(bool cut = false)
    {
        var (content, thought) = SplitThinking(_content.ToString());
        return new ChatAnswer
        {
            Content = content,
            Reasoning = thought.Length == 0 ? _reasoning.ToString() : thought + _reasoning,
            Calls = [.. _calls.Select(c => new RawToolCall(c.Name, c.Arguments.ToString()))],
            FinishReason = FinishReason,
            CutByUs = cut,
            Model = _model,
            Usage = Usage(),
            Timings = _timings,
        };
    }

    /// <summary>Some templates leave the thinking in the content, between marks.</summary>
    private static (string Content, string Thought) SplitThinking(string text)
    {
        const string open = "<think>";
        const string close = "</think>";
        var start = text.AsSpan().TrimStart().StartsWith(open, StringComparison.Ordinal);
        var end = text.IndexOf(close, StringComparison.Ordinal);
        return (start, end) switch
        {
            (true, >= 0) => (text[(end + close.Length)..].TrimStart(), text[(text.IndexOf(open, StringComparison.Ordinal) + open.Length)..end]),
            (true, _) => ("", text[(text.IndexOf(open, StringComparison.Ordinal) + open.Length)..]),
            _ => (text, ""),
        };
    }

    private TokenUsage Usage()
    {
        var fromTimings = _timings is { } t ? new TokenUsage(t.CachedTokens + t.PromptTokens, t.CachedTokens, t.CompletionTokens) : TokenUsage.Zero;
        return _usage is { } usage ? usage with { CachedTokens = Math.Max(usage.CachedTokens, fromTimings.CachedTokens) } : fromTimings;
    }

    private void Add(ToolCallDelta delta)
    {
        var call = Find(delta);
        if (call is null)
        {
            if (_calls.Count == MaxCalls)
            {
                return;
            }

            call = new PartialCall(delta.Index ?? _calls.Count, delta.Id);
            _calls.Add(call);
        }

        if (call.Name.Length == 0)
        {
            call.Name = delta.Name ?? "";
        }

        _ = call.Arguments.Append(delta.Arguments);
    }

    /// <summary>The call that a piece continues. Some servers number all their calls 0; a new id beside a name is a new call.</summary>
    private PartialCall? Find(ToolCallDelta delta)
    {
        var candidate = delta.Index is { } index ? _calls.FindLast(c => c.Index == index) : _calls.LastOrDefault();
        var isNew = candidate is not null && !string.IsNullOrEmpty(delta.Id) && delta.Name is not null && delta.Id != candidate.Id;
        return isNew || (delta.Index is null && delta.Name is not null && delta.Id is null && candidate is { Name.Length: > 0 }) ? null : candidate;
    }

    private sealed class PartialCall(int index, string? id)
    {
        internal int Index { get; } = index;

        internal string? Id { get; } = id;

        internal string Name { get; set; } = "";

        internal StringBuilder Arguments { get; } = new();
    }
}
