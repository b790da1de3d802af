using System.Buffers;
using System.Text;
using System.Text.Json;
using Foreman.Primitives;

namespace Foreman.AgentLoop.Model;

/// <summary>
/// Reads one answer from its bytes, split anywhere. What kind of answer it is tells its beginning, not its header: servers
/// and proxies label event streams as text or JSON, and JSON as an event stream.
/// </summary>
/// <param name="endpoint">Where it comes from, for messages.</param>
/// <param name="maxCharacters">Where the answer is cut, whatever the server does.</param>
/// <param name="maxBytes">The largest event, and the largest answer that is no stream.</param>
internal sealed class AnswerReader(ModelEndpoint endpoint, int maxCharacters, int maxBytes)
{
    /// <summary>Ollama breaks off after 31 tokens that are the same; some of them may come as one piece.</summary>
    private const int MinRepeats = 20;

    private static readonly byte[] Whitespace = " \t\r\n"u8.ToArray();
    private readonly AnswerAssembler _assembler = new(maxCharacters);
    private readonly EventStreamDecoder _events = new(maxBytes);
    private readonly ArrayBufferWriter<byte> _whole = new();
    private readonly ForeignJsonLimits _limits = new() { MaxBytes = maxBytes };
    private AnswerForm _form;
    private bool _hasChoices;
    private bool _isOllama;
    private bool _isBrokenOff;
    private string? _said;

    /// <summary>True when nothing more is to be read: the server said so, or the answer outgrew its bound.</summary>
    internal bool IsComplete { get; private set; }

    /// <summary>True when the server has given the reason for the end; usage may still follow.</summary>
    internal bool HasEnded => _assembler.FinishReason is not null;

    /// <summary>True when usage has come.</summary>
    internal bool HasUsage => _assembler.HasUsage;

    /// <summary>Takes the next bytes.</summary>
    /// <exception cref="ModelException">The server reports an error, or what it sends is no answer.</exception>
    internal void Add(ReadOnlySpan<byte> bytes)
    {
        if (_form is AnswerForm.Unknown)
        {
            // White space and byte order marks at the beginning say nothing and are not kept.
            _whole.Write(bytes);
            bytes = WithoutMarks(_whole.WrittenSpan).ToArray();
            _whole.ResetWrittenCount();
            _form = Form(bytes);
        }

        if (_form is AnswerForm.Events)
        {
            Decode(bytes, isLast: false);
            return;
        }

        if (_whole.WrittenCount + bytes.Length > maxBytes)
        {
            throw new ModelException(new(ModelFailureKind.ServerError, $"the answer of {endpoint} is larger than {maxBytes} bytes"));
        }

        _whole.Write(bytes);
    }

    /// <summary>The answer, once its bytes are over or <see cref="IsComplete"/> is true.</summary>
    /// <param name="isWholeBody">True when HTTP says that all bytes have come: what lacks then, the server did not send.</param>
    /// <exception cref="ModelException">It was none, or broke off.</exception>
    internal ChatAnswer Finish(bool isWholeBody = false)
    {
        if (_form is AnswerForm.Events)
        {
            return FinishEvents(isWholeBody);
        }

        if (_whole.WrittenCount == 0)
        {
            throw new ModelException(new(ModelFailureKind.Cut, $"{endpoint} closed the connection without an answer"));
        }

        if (_form is AnswerForm.Json && ForeignJson.ParseOrNull(_whole.WrittenSpan, _limits) is { } root)
        {
            return FinishWhole(root, isWholeBody);
        }

        if (!BeginsWithLineOfJson())
        {
            throw new ModelException(NoAnswer(Encoding.UTF8.GetString(_whole.WrittenSpan)));
        }

        _form = AnswerForm.Events;
        Decode(_whole.WrittenSpan, isLast: true);
        return FinishEvents(isWholeBody);
    }

    /// <summary>An answer of one chunk of JSON a line, or an event stream that begins with such a line.</summary>
    private bool BeginsWithLineOfJson()
    {
        var text = _whole.WrittenSpan.TrimEnd(Whitespace);
        var end = text.IndexOf((byte)'\n');
        return _form is AnswerForm.Json && end > 0 && ForeignJson.ParseOrNull(text[..end], _limits) is not null;
    }

    private ChatAnswer FinishEvents(bool isWholeBody)
    {
        if (!IsComplete)
        {
            Decode([], isLast: true);
        }

        // Ollama ends the answer of a model that repeats itself without a word; only then does it end a body properly before the last piece.
        if (_isBrokenOff || (_isOllama && !HasEnded && !_assembler.IsCut && (isWholeBody || _assembler.Repeats >= MinRepeats)))
        {
            return _assembler.BuildOnce();
        }

        var isWhole = _assembler.IsCut || (_hasChoices && (IsComplete || HasEnded));
        return isWhole ? _assembler.Build()
            : throw new ModelException(new(
                ModelFailureKind.Cut,
                _hasChoices ? $"the answer of {endpoint} broke off before its end{Said()}" : $"{endpoint} ended its stream without an answer{Said()}"));
    }

    private ChatAnswer FinishWhole(JsonElement root, bool isWholeBody)
    {
        if (ServerErrors.InAnswer(root, endpoint) is { } error)
        {
            throw new ModelException(error);
        }

        if (root.ValueKind is not JsonValueKind.Object || ChatChunkReader.Read(root) is not { HasChoice: true } chunk)
        {
            throw new ModelException(ServerErrors.NotAnApi(endpoint, $"JSON that is no chat answer ({ServerErrors.Words(root.GetRawText(), 200)})"));
        }

        _assembler.Add(chunk);
        (_hasChoices, _isOllama) = (true, chunk.IsOllama);
        return _isOllama && !HasEnded ? FinishEvents(isWholeBody) : _assembler.Build();
    }

    private void Decode(ReadOnlySpan<byte> bytes, bool isLast)
    {
        var isTooLarge = false;
        try
        {
            _events.Add(bytes);
            if (isLast)
            {
                _events.End();
            }
        }
        catch (ForeignTextException)
        {
            // What came before it can still be used.
            isTooLarge = true;
        }

        while (!IsComplete && _events.TryRead(out var item))
        {
            Read(item, isLast);
            IsComplete |= _assembler.IsCut;
        }

        if (isTooLarge && !IsComplete)
        {
            _assembler.Cut();
            IsComplete = true;
        }
    }

    private void Read(StreamedEvent item, bool isLast)
    {
        var data = item.Data.Span.Trim(Whitespace);
        if (data.SequenceEqual("[DONE]"u8))
        {
            IsComplete = true;
        }
        else if (data is [(byte)'{', ..] && ForeignJson.ParseOrNull(data, _limits) is { } root)
        {
            Read(root, item.Type is StreamedEvent.Error);
        }
        else if (item.Type is StreamedEvent.Error || StartsWithError(data))
        {
            throw new ModelException(ServerErrors.FromText(Encoding.UTF8.GetString(data), endpoint));
        }
        else if (data.Contains((byte)'\n'))
        {
            // Some servers end their events with one line feed instead of two.
            foreach (var line in data.Split((byte)'\n'))
            {
                Read(new StreamedEvent(item.Type, data[line].ToArray()), isLast);
            }
        }
        else if (data is [(byte)'{', ..] && !isLast)
        {
            throw new ModelException(new(ModelFailureKind.ServerError, $"{endpoint} sent an event that is no JSON: {ServerErrors.Words(Encoding.UTF8.GetString(data), 200)}"));
        }
        else if (!data.IsEmpty)
        {
            _said = Encoding.UTF8.GetString(data[..Math.Min(data.Length, 2000)]);
        }
    }

    private void Read(JsonElement root, bool isError)
    {
        if (ServerErrors.InAnswer(root, endpoint, isError) is { } error)
        {
            if (error.Kind is not ModelFailureKind.Repeating)
            {
                throw new ModelException(error);
            }

            (_isBrokenOff, IsComplete) = (true, true);
            return;
        }

        if (root.ValueKind is JsonValueKind.Object)
        {
            var chunk = ChatChunkReader.Read(root);
            _hasChoices |= chunk.HasChoice;
            _isOllama |= chunk.IsOllama;
            _assembler.Add(chunk);
        }
    }

    /// <summary>A failure that is neither JSON nor events: a page, or some words.</summary>
    private ModelFailure NoAnswer(string text) => ServerErrors.LooksLikeHtml(text) ? ServerErrors.NotAnApi(endpoint, $"a web page ({ServerErrors.Words(text, 200)})")
        : StartsWithError(_whole.WrittenSpan) ? ServerErrors.FromText(text, endpoint)
        : _form is AnswerForm.Json ? new(ModelFailureKind.Cut, $"the answer of {endpoint} is no whole JSON: {ServerErrors.Words(text, 200)}")
        : ServerErrors.NotAnApi(endpoint, $"`{ServerErrors.Words(text, 200)}`");

    private string Said() => _said is null ? "" : $"; it said: {ServerErrors.Words(_said, 500)}";

    private static bool StartsWithError(ReadOnlySpan<byte> data) => Ascii.EqualsIgnoreCase(data[..Math.Min(data.Length, 5)], "error"u8);

    private static ReadOnlySpan<byte> WithoutMarks(ReadOnlySpan<byte> bytes)
    {
        bytes = bytes.TrimStart(Whitespace);
        while (bytes.StartsWith("\uFEFF"u8))
        {
            bytes = bytes["\uFEFF"u8.Length..].TrimStart(Whitespace);
        }

        return bytes;
    }

    /// <summary>What the first bytes show. The name of a field may still be torn, so a short word without an end decides nothing.</summary>
    private static AnswerForm Form(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty || (bytes.Length < 3 && "\uFEFF"u8.StartsWith(bytes)))
        {
            return AnswerForm.Unknown;
        }

        var end = bytes.IndexOfAny((byte)':', (byte)'\n', (byte)'\r');
        return bytes[0] is (byte)'{' or (byte)'[' ? AnswerForm.Json
            : bytes[0] is (byte)':' || (end > 0 && IsField(bytes[..end])) ? AnswerForm.Events
            : end < 0 && bytes.Length < 16 && bytes[0] is not (byte)'<' ? AnswerForm.Unknown
            : AnswerForm.Text;
    }

    private static bool IsField(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("data"u8) || name.SequenceEqual("event"u8) || name.SequenceEqual("id"u8) || name.SequenceEqual("retry"u8) || name.SequenceEqual("error"u8);

    private enum AnswerForm
    {
        Unknown,
        Events,
        Json,
        Text,
    }
}
