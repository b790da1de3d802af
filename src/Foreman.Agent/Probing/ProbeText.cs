using System.Globalization;
using System.Text;
using Foreman.Api;
using Foreman.Primitives;

namespace Foreman.Agent.Probing;

/// <summary>Writes a probe's result for people.</summary>
internal static class ProbeText
{
    /// <param name="report">The result.</param>
    /// <param name="colours">True on a terminal.</param>
    public static string Of(ProbeReport report, bool colours)
    {
        var text = new StringBuilder();
        var capability = report.Capability;
        Line(text, "host", $"{report.Node} ({report.Os}/{report.Arch}, {capability.CpuCores} cores)");
        Line(text, "RAM", $"{Number(capability.AvailableRAMGB)} of {Number(capability.TotalRAMGB)} GiB available"
            + (capability.SwapUsedGB is > 0 ? $", {capability.SwapUsedGB} GiB of swap in use" : "")
            + (capability.AgentMemoryLimitGB is { } limit ? $"; the agent's own limit is {limit} GiB" : ""));
        Line(text, "accelerator", Coloured(capability.Accelerator?.Value ?? "none", "1", colours));
        foreach (var device in capability.Accelerators ?? [])
        {
            Line(text, "", Device(device, colours));
        }

        Line(text, "slots", $"{report.Slots} task{(report.Slots == 1 ? "" : "s")} at once");
        if (capability.Sandbox is { } sandbox)
        {
            Line(text, "sandbox", Sandbox(sandbox, colours));
        }

        foreach (var server in capability.ModelServers ?? [])
        {
            Line(text, "model server", Server(server, colours));
            foreach (var model in (capability.Models ?? []).Where(m => m.Server == server.Url))
            {
                Line(text, "", Model(model));
            }
        }

        foreach (var note in report.Notes)
        {
            Line(text, "note", Coloured(ControlCharacters.Blank(note), "33", colours));
        }

        return text.ToString();
    }

    private static string Device(AcceleratorDevice device, bool colours) =>
        ControlCharacters.Blank(device.Name)
        + (device.MemoryTotalMB is { } total ? $", {Number(device.MemoryFreeMB)} of {total} MiB free" : ", memory not known")
        + (device.Unified == true ? ", shared with the host" : "")
        + (device.Driver is { } driver ? $", driver {ControlCharacters.Blank(driver)}" : "")
        + (device.Healthy == false ? ", " + Coloured("unusable", "31", colours) : "");

    private static string Server(ModelServer server, bool colours) =>
        $"{server.Kind} at {server.Url}"
        + (server.Version is { } version ? $", {ControlCharacters.Blank(version)}" : "")
        + (server.ReachableURL is { } url ? $", from other hosts {url}" : ", from this host only")
        + (server.Healthy == true ? ", " + Coloured("healthy", "32", colours) : ", " + Coloured("unhealthy", "31", colours));

    private static string Sandbox(NodeSandbox sandbox, bool colours)
    {
        var mode = Coloured(sandbox.Mode.Value, sandbox.Mode == SandboxMode.None ? "31" : sandbox.Mode == SandboxMode.Full ? "32" : "33", colours);
        var consequence = sandbox.Mode != SandboxMode.None ? ""
            : sandbox.RunsCommands() ? ", and commands of models run unconfined (--insecure-no-sandbox)"
            : ", so no commands of models are run here";
        return mode + consequence + (sandbox.Reason is { } why ? $": {ControlCharacters.Blank(why)}" : "");
    }

    private static string Model(ServedModel model) =>
        ControlCharacters.Blank(model.Name)
        + (model.Id is { } id ? $" (its id is {ControlCharacters.Blank(id)})" : "")
        + (model.Loaded == false ? ", not loaded" : model.Loaded == true ? ", loaded" : "")
        + (model.ContextTokens is { } context ? $", {context} tokens" + (model.Slots is > 1 ? " per slot" : "") : "")
        + (model.Slots is { } slots ? $", {Number(model.FreeSlots)} of {slots} slots free" : "")
        + (model.DecodeTokensPerSecond is { } speed ? $", {speed} tokens/s" : "")
        + (model.Tools == true ? ", takes tools" : model.Tools == false ? ", takes no tools" : "")
        + (model.ToolCalls is { } form ? $", tool calls: {form}" : "")
        + (model.Vision == true ? ", takes images" : "");

    private static void Line(StringBuilder text, string head, string body) =>
        text.Append(CultureInfo.InvariantCulture, $"{head,-14}{body}\n");

    private static string Number<T>(T? value)
        where T : struct, IFormattable => value?.ToString(null, CultureInfo.InvariantCulture) ?? "?";

    private static string Coloured(string text, string code, bool colours) => colours ? $"\u001b[{code}m{text}\u001b[0m" : text;
}
