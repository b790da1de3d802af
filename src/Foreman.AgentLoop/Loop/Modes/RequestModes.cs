using Foreman.Api;

namespace Foreman.AgentLoop.Loop.Modes;

/// <summary>Which mode a run uses. Pure.</summary>
internal static class RequestModes
{
    private const string Prompted = "prompted";
    private const string Structured = "structured";

    /// <summary>The mode of a run: what its model was found to need, else what the attempt used that it goes on from, else native.</summary>
    /// <param name="promised">The model of this attempt; null when it is not known.</param>
    /// <param name="earlier">The first record of the attempt that it goes on from; null when it begins anew.</param>
    internal static RequestMode Of(PromisedModel? promised, RunStarted? earlier) => promised?.ToolCalls is { } form ? Of(form)
        : earlier is not null && earlier.Model?.Name == promised?.Name ? Parse(earlier.RequestMode)
        : RequestMode.Native;

    /// <summary>As the transcript names it; null for native.</summary>
    internal static string? Name(this RequestMode mode) => mode switch
    {
        RequestMode.Prompted => Prompted,
        RequestMode.Structured => Structured,
        _ => null,
    };

    // A form of a newer release is offered the server's own way: adapters are tried on every answer without calls.
    private static RequestMode Of(ToolCallForm form) => form == ToolCallForm.Prompted ? RequestMode.Prompted
        : form == ToolCallForm.Structured ? RequestMode.Structured
        : RequestMode.Native;

    private static RequestMode Parse(string? name) => name switch
    {
        Prompted => RequestMode.Prompted,
        Structured => RequestMode.Structured,
        _ => RequestMode.Native,
    };
}
