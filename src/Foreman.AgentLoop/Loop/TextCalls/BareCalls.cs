using Foreman.Api;

namespace Foreman.AgentLoop.Loop.TextCalls;

/// <summary>A text that is nothing but JSON which names offered tools: the usual form of Qwen2.5-Coder and Llama 3.</summary>
internal sealed class BareCalls : ICallAdapter
{
    /// <summary>Llama 3 begins its calls with it, and some servers show it.</summary>
    private const string PythonTag = "<|python_tag|>";

    /// <inheritdoc/>
    public ToolCallForm Form => ToolCallForm.BareJson;

    /// <inheritdoc/>
    public LiftedCalls? Lift(string text, Func<string, bool> isOffered)
    {
        var body = text.TrimStart();
        body = body.StartsWith(PythonTag, StringComparison.Ordinal) ? body[PythonTag.Length..].TrimStart() : body;
        return body is ['{' or '[', ..] && CallJson.ReadAll(body) is { } calls && calls.All(c => isOffered(c.Name)) ? new LiftedCalls(0, calls) : null;
    }
}
