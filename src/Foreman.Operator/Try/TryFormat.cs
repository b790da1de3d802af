using System.Globalization;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Primitives;

namespace Foreman.Operator.Try;

/// <summary>Formats what <c>try</c> shows.</summary>
internal static class TryFormat
{
    /// <summary>The two commands that get a real model.</summary>
    public static IReadOnlyList<string> RealModelCommands { get; } =
    [
        OperatingSystem.IsMacOS() ? "brew install ollama && brew services start ollama" : "curl -fsSL https://ollama.com/install.sh | sh",
        "ollama pull qwen3:4b",
    ];

    public static string Model(ModelSource model) => model.Demo
        ? $"{model.Name} at {Trim(model.Url)}: a scripted stand-in, not a language model; for a real one: {string.Join("; then ", RealModelCommands)}"
        : $"{model.Name} at {Trim(model.Url)}";

    public static string Node(FleetNode node)
    {
        var capability = node.Status?.Capability;
        return $"{Ram(capability)}, {Accelerator(capability)}, {Models(node)}";
    }

    /// <summary>Ready, or the present phase.</summary>
    public static string Phase(FleetNode node) =>
        IsReady(node) ? "Ready" : node.Status?.Phase?.Value is { } phase && phase != "Ready" ? phase : "registering";

    public static bool IsReady(FleetNode node) =>
        node.Status?.Phase == FleetNodePhase.Ready && node.Status.Conditions.IsTrue(ConditionTypes.Ready);

    public static string Task(AgenticTask task)
    {
        var phase = task.PhaseOrPending();
        if (phase == TaskPhase.Pending)
        {
            return task.Status.Conditions.Find(ConditionTypes.Scheduled) is { Status: Conditions.False } why ? $"Pending: {why.Message}" : "Pending";
        }

        return phase.IsTerminal()
            ? $"{phase}, verdict {task.Status.Verdict}{(task.Status.FailureReason is { } reason ? $", {reason}" : "")}"
            : $"{phase} on {task.Status.AssignedNode}{(Wait(task) is { } wait ? $", {wait}" : "")}";
    }

    /// <summary>What a run waits for; null when it works.</summary>
    public static string? Wait(AgenticTask task) => task.Status.Progress?.Waiting is not { } wait || task.IsTerminal() ? null
        : $"waits for its model server{(wait.Since is { } since ? string.Create(CultureInfo.InvariantCulture, $" since {since.UtcDateTime:HH:mm:ss}Z") : "")} ({wait.Reason}): {wait.Message}";

    /// <summary>One line of foreign text: line ends and tabs are spaces, whatever else could steer the terminal is escaped.</summary>
    /// <param name="text">From anywhere.</param>
    /// <param name="most">Characters that are shown, from 2.</param>
    public static string OneLine(string text, int most)
    {
        var clean = new string([.. text.Select(c => c is '\n' or '\r' or '\t' or '\u2028' or '\u2029' ? ' ' : c)]).Trim();
        return Printable.Line(clean, most);
    }

    public static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.00} s");

    public static string Trim(Uri url) => url.ToString().TrimEnd('/');

    /// <summary>The models of a host.</summary>
    public static string Models(FleetNode node)
    {
        var capability = node.Status?.Capability;
        var models = capability?.Models ?? [];
        return models.Count == 0
            ? "no model yet"
            : $"model {string.Join(", ", models.Take(3).Select(m => m.Name + (IsDemo(capability!, m) ? " (demo)" : "")))}{(models.Count > 3 ? ", …" : "")}";
    }

    private static string Ram(NodeCapability? capability) => capability is { AvailableRAMGB: { } free, TotalRAMGB: { } total }
        ? string.Create(CultureInfo.InvariantCulture, $"{free} of {total} GiB RAM free")
        : "RAM unknown";

    private static string Accelerator(NodeCapability? capability) =>
        capability?.Accelerators is [var device, ..] ? device.Name
        : capability?.Accelerator is { } kind && kind != Api.Accelerator.None ? kind.Value
        : "no accelerator";

    private static bool IsDemo(NodeCapability capability, ServedModel model) =>
        capability.ModelServers?.FirstOrDefault(s => s.Url == model.Server)?.Kind == ModelServerKind.Demo;
}
