namespace Foreman.AgentLoop.Loop.Modes;

/// <summary>How tools are offered to a model, and how its calls are read.</summary>
internal enum RequestMode
{
    /// <summary>As the API has it: tools in a field of their own; calls that the server leaves in the text are read from there.</summary>
    Native,

    /// <summary>Tools are described in the system message, and calls are read from the text.</summary>
    Prompted,

    /// <summary>As <see cref="Prompted"/>, and the server holds each answer to a JSON schema, which is one call.</summary>
    Structured,
}
