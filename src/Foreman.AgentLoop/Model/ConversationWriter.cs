using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Foreman.Api;
using Foreman.Tools;

namespace Foreman.AgentLoop.Model;

/// <summary>
/// Writes messages and tools into a request, in the form of one API. The same history always gives the same bytes: model
/// servers keep what they have read of a prompt and compare prefixes.
/// </summary>
/// <param name="json">Where the request is written.</param>
/// <param name="form">The API that reads it.</param>
internal readonly struct ConversationWriter(Utf8JsonWriter json, WireForm form)
{
    /// <summary>Characters of other languages are not escaped.</summary>
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private const int Segment = 4 << 10;

    private bool IsOllama => form is WireForm.Ollama;

    /// <summary>A request body: an object with these fields.</summary>
    internal static RequestBody Body(Action<Utf8JsonWriter> fields)
    {
        var body = new RequestBody();
        using (var json = new Utf8JsonWriter(body, Relaxed))
        {
            json.WriteStartObject();
            fields(json);
            json.WriteEndObject();
        }

        return body;
    }

    /// <summary>Writes the conversation. Images of tool results follow the results of an answer as a message of the user: few servers take them in a tool's own.</summary>
    internal void WriteMessages(IReadOnlyList<ChatMessage> messages)
    {
        var tools = messages.SelectMany(m => m.Calls ?? []).DistinctBy(c => c.Id).ToDictionary(c => c.Id, c => c.Name, StringComparer.Ordinal);
        json.WriteStartArray("messages");
        for (var i = 0; i < messages.Count; i++)
        {
            Write(messages[i], tools);
            if (messages[i].Role is ChatRole.Tool && (i + 1 == messages.Count || messages[i + 1].Role is not ChatRole.Tool))
            {
                WriteShown(messages, i, tools);
            }
        }

        json.WriteEndArray();
    }

    /// <summary>Writes the tools; nothing when there are none.</summary>
    /// <param name="tools">In the order in which the model sees them.</param>
    /// <param name="strict">True to ask for arguments that are guaranteed to fit the schema.</param>
    internal void WriteTools(IReadOnlyList<ToolDefinition> tools, bool strict = false)
    {
        if (tools.Count == 0)
        {
            return;
        }

        json.WriteStartArray("tools");
        foreach (var tool in tools)
        {
            var parameters = strict ? StrictSchema.Of(tool.Parameters) : null;
            json.WriteStartObject();
            json.WriteString("type", "function");
            json.WriteStartObject("function");
            json.WriteString("name", tool.Name);
            json.WriteString("description", tool.Description);
            json.WritePropertyName("parameters");
            json.WriteRawValue(parameters ?? tool.Parameters);
            if (parameters is not null)
            {
                json.WriteBoolean("strict", true);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void Write(ChatMessage message, Dictionary<string, string> tools)
    {
        json.WriteStartObject();
        json.WriteString("role", Role(message.Role));
        WriteContent(message.Content, message.Role is ChatRole.Tool ? [] : message.Images);
        if (message.CallId is { } id)
        {
            json.WriteString("tool_call_id", id);
            if (IsOllama)
            {
                json.WriteString("tool_name", tools.GetValueOrDefault(id, ""));
            }
        }

        if (message.Calls is { Count: > 0 } calls)
        {
            json.WriteStartArray("tool_calls");
            foreach (var call in calls)
            {
                WriteCall(call);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private void WriteCall(ToolCall call)
    {
        json.WriteStartObject();
        json.WriteString("id", call.Id);
        if (!IsOllama)
        {
            json.WriteString("type", "function");
        }

        json.WriteStartObject("function");
        json.WriteString("name", call.Name);
        json.WritePropertyName("arguments");
        if (IsOllama)
        {
            json.WriteRawValue(call.Arguments);
        }
        else
        {
            WriteLong(call.Arguments);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    // In one piece, the writer makes room for six times the text, should all of it be escaped.
    private void WriteLong(string text)
    {
        for (var at = 0; at < text.Length - Segment; at += Segment)
        {
            json.WriteStringValueSegment(text.AsSpan(at, Segment), isFinalSegment: false);
        }

        json.WriteStringValueSegment(text.AsSpan(Math.Max(0, (text.Length - 1) / Segment * Segment)), isFinalSegment: true);
    }

    /// <summary>Writes the images of the results that end here.</summary>
    private void WriteShown(IReadOnlyList<ChatMessage> messages, int last, Dictionary<string, string> tools)
    {
        var first = last;
        while (first > 0 && messages[first - 1].Role is ChatRole.Tool)
        {
            first--;
        }

        var shown = messages.Skip(first).Take(last - first + 1).Where(m => m.Images.Count > 0).ToList();
        if (shown.Count > 0)
        {
            json.WriteStartObject();
            json.WriteString("role", Role(ChatRole.User));
            WriteContent(
                $"Images of {string.Join(", ", shown.Select(m => $"the result of {tools.GetValueOrDefault(m.CallId ?? "", "a tool")}"))}, in order:",
                [.. shown.SelectMany(m => m.Images)]);
            json.WriteEndObject();
        }
    }

    private void WriteContent(string text, IReadOnlyList<SentImage> images)
    {
        if (images.Count == 0 || IsOllama)
        {
            json.WritePropertyName("content");
            WriteLong(text);
        }

        if (images.Count == 0)
        {
            return;
        }

        json.WriteStartArray(IsOllama ? "images" : "content");
        if (!IsOllama)
        {
            json.WriteStartObject();
            json.WriteString("type", "text");
            json.WriteString("text", text);
            json.WriteEndObject();
        }

        foreach (var image in images)
        {
            WriteImage(image);
        }

        json.WriteEndArray();
    }

    private void WriteImage(SentImage image)
    {
        if (IsOllama)
        {
            json.WriteBase64StringValue(image.Bytes);
            return;
        }

        json.WriteStartObject();
        json.WriteString("type", "image_url");
        json.WriteStartObject("image_url");
        json.WritePropertyName("url");

        var bytes = image.Bytes ?? [];
        var head = Encoding.ASCII.GetBytes($"data:{image.MediaType};base64,");
        var url = ArrayPool<byte>.Shared.Rent(head.Length + Base64.GetMaxEncodedToUtf8Length(bytes.Length));
        head.CopyTo(url, 0);
        _ = Base64.EncodeToUtf8(bytes, url.AsSpan(head.Length), out _, out var written);
        json.WriteStringValue(url.AsSpan(0, head.Length + written));
        ArrayPool<byte>.Shared.Return(url);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string Role(ChatRole role) => role switch
    {
        ChatRole.System => "system",
        ChatRole.User => "user",
        ChatRole.Assistant => "assistant",
        _ => "tool",
    };
}

/// <summary>Whose API a conversation is written for.</summary>
internal enum WireForm
{
    /// <summary>Arguments as text, images as parts of the content.</summary>
    OpenAi,

    /// <summary>Arguments as JSON, results with the name of their tool, images beside the content.</summary>
    Ollama,
}
