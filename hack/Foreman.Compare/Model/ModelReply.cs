namespace Foreman.Compare.Model;

/// <summary>An answer of the model.</summary>
internal sealed record ModelReply
{
    /// <summary>Words, or calls written as text.</summary>
    internal string Content { get; init; } = "";

    /// <summary>Thinking, which servers report apart.</summary>
    internal string Reasoning { get; init; } = "";

    /// <summary>The call that the server recognised; null for none.</summary>
    internal (string Name, string Arguments)? Call { get; init; }

    /// <summary>What the server says of the end.</summary>
    internal string FinishReason { get; init; } = "stop";

    /// <summary>Tokens of the answer, by four characters each.</summary>
    internal int Tokens { get; init; }
}
