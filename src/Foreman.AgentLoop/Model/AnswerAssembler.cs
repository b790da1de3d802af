using System.Text;
using Foreman.Primitives;

namespace Foreman.AgentLoop.Model;

/// <summary>Puts the chunks of one answer together, within bounds.</summary>
internal sealed class AnswerAssembler(int maxCharacters)
{
    /// <summary>Most bytes in UTF-8 that are kept of an answer: the reserve of a transcript takes it whole.</summary>
    internal const int MaxBytes = 8 << 20;

    /// <summary>The reason for the end of an answer that its server broke off because of its repeats; servers give none themselves.</summary>
    internal const string Repeating = "repeat";

    private readonly StringBuilder _content = new();
    private readonly StringBuilder _reasoning = new();
    private readonly CallAssembler _calls = new();
    private string? _model;
    private TokenUsage? _usage;
    private ServerTimings? _timings;
    private string _lastPiece = "";
    private (int Content, int Reasoning) _onceEnd;
    private bool _hasDeltas;
    private int _bytes;

    /// <summary>The reason that the server gave for its end; null while the answer goes on.</summary>
    internal string? FinishReason { get; private set; }

    /// <summary>True when usage has come: nothing more is to be waited for after the end.</summary>
    internal bool HasUsage => _usage is not null;

    /// <summary>How many of the last pieces of text were the same as the one before them, white space around them aside.</summary>
    internal int Repeats { get; private set; }

    /// <summary>True when the answer has outgrown its bound and the rest is not read.</summary>
    internal bool IsCut { get; private set; }

    internal void Add(ChatChunk chunk)
    {
        // Some servers repeat the whole message at the end of their stream.
        if (!chunk.IsWhole || !_hasDeltas)
        {
            _ = _content.Append(Take(chunk.Content));
            _ = _reasoning.Append(Take(chunk.Reasoning));
            NoteRepeat(chunk.Content is { Length: > 0 } ? chunk.Content : chunk.Reasoning);
            foreach (var delta in chunk.Calls)
            {
                _calls.Add(delta with { Arguments = Take(delta.Arguments) });
            }
        }

        _hasDeltas |= chunk.Content is { Length: > 0 } || chunk.Reasoning is { Length: > 0 } || chunk.Calls.Count > 0;
        FinishReason = chunk.FinishReason ?? FinishReason;
        _model = chunk.Model ?? _model;
        _usage = chunk.Usage ?? _usage;
        _timings = chunk.Timings ?? _timings;
        IsCut |= _content.Length + _reasoning.Length + _calls.Characters > maxCharacters;
    }

    /// <summary>The rest is not read.</summary>
    internal void Cut() => IsCut = true;

    /// <summary>The answer of a server that broke it off because of its repeats: these stand in it once, or the next answer would be likelier to go on with them.</summary>
    internal ChatAnswer BuildOnce()
    {
        if (Repeats > 0)
        {
            _content.Length = Math.Min(_content.Length, _onceEnd.Content);
            _reasoning.Length = Math.Min(_reasoning.Length, _onceEnd.Reasoning);
        }

        return Build() with { RepeatsItself = true, FinishReason = Repeating };
    }

    /// <summary>The answer so far.</summary>
    internal ChatAnswer Build()
    {
        var (content, thought) = ThinkingInText.Split(_content.ToString());
        return new ChatAnswer
        {
            Content = content,
            Reasoning = thought.Length == 0 ? _reasoning.ToString() : thought + _reasoning,
            Calls = _calls.Build(),
            FinishReason = FinishReason,
            CutByUs = IsCut,
            Model = _model,
            Usage = Usage(),
            Timings = _timings,
        };
    }

    private void NoteRepeat(string? piece)
    {
        if (piece is not { Length: > 0 })
        {
            return;
        }

        var text = piece.Trim();
        Repeats = text == _lastPiece ? Repeats + 1 : 0;
        if (Repeats == 0)
        {
            (_lastPiece, _onceEnd) = (text, (_content.Length, _reasoning.Length));
        }
    }

    /// <summary>What of the text still fits; with less than all of it the answer is cut.</summary>
    private string? Take(string? text)
    {
        if (text is null)
        {
            return null;
        }

        var kept = Printable.CutToBytes(text, MaxBytes - _bytes);
        _bytes += Encoding.UTF8.GetByteCount(kept);
        IsCut |= kept.Length < text.Length;
        return kept;
    }

    private TokenUsage Usage()
    {
        var fromTimings = _timings is { } t ? new TokenUsage(t.CachedTokens + t.PromptTokens, t.CachedTokens, t.CompletionTokens) : TokenUsage.Zero;
        return _usage is { } usage ? usage with { CachedTokens = Math.Max(usage.CachedTokens, fromTimings.CachedTokens) } : fromTimings;
    }
}
