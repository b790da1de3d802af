using System.Globalization;
using System.Text;
using System.Text.Json;
using Foreman.Api;
using Foreman.Primitives;
using Foreman.Sandbox;

namespace Foreman.Tools.Shell;

/// <summary>
/// <c>bash</c>: a shell command in the run's cage. Its result is what it wrote, beginning and end, and its exit code; what it
/// changed in the workspace is found by comparing the files before and after.
/// </summary>
internal sealed class BashTool : ITool
{
    /// <summary>The longest command, in bytes: arguments of a program end at 128 KiB.</summary>
    internal const int MaxCommandBytes = 64 << 10;

    private const string Shell = "/bin/bash";

    public ToolDefinition Definition { get; } = new(
        KnownTools.Bash,
        "Run a shell command in the workspace. It has no network but to hosts that were listed for it, if any, and sees no files outside the workspace but the system's programs; /tmp is empty each time. Returns its output and, as the last line, its exit code.",
        """{"type":"object","properties":{"command":{"type":"string","description":"run by bash in the workspace root"}},"required":["command"],"additionalProperties":false}""");

    // The looks at the workspace before and after come on top of the command's own time.
    public TimeSpan DeadlineIn(ToolSettings settings) => settings.CommandTimeout + (2 * WorkspaceSnapshot.Around);

    public async ValueTask<ToolOutcome> RunAsync(JsonElement arguments, ToolContext context, ToolBudget budget)
    {
        var command = new ToolArguments(KnownTools.Bash, arguments, "command").Text("command");
        if (string.IsNullOrWhiteSpace(command) || command.Contains('\0', StringComparison.Ordinal))
        {
            return ToolOutcome.Error("command is empty or holds a NUL character");
        }

        if (Encoding.UTF8.GetByteCount(command) > MaxCommandBytes)
        {
            return ToolOutcome.Error($"command is longer than {MaxCommandBytes} bytes: write it to a file with write_file and run that");
        }

        if (context.Settings.Cage is not { } cage)
        {
            return ToolOutcome.Error("this host has no sandbox for commands");
        }

        var before = WorkspaceSnapshot.Take(context.Workspace, context.Snapshot, budget, context.Settings.IsRepository);
        try
        {
            await using var egress = CommandEgress.Start(context.Settings.Egress, cage.Mode);
            var copies = context.Results?.Copies() ?? default;
            using var output = copies.Output;
            using var errors = copies.Errors;
            var run = new CageCommand
            {
                Program = File.Exists(Shell) ? Shell : "/bin/sh",
                Arguments = ["-c", command],
                Timeout = context.Settings.CommandTimeout,
                OutputCopy = output,
                ErrorsCopy = errors,
            };
            var policy = new CagePolicy { Workspace = context.Workspace.Directory, EgressSocket = egress?.Socket, Limits = context.Settings.CommandLimits };
            var result = await cage.RunAsync(policy, run, budget.Stop).ConfigureAwait(false);
            var text = Text(result, context.Settings.CommandTimeout, output, errors) + egress?.Refusals() + CommandEgress.Note(context.Settings.Egress, cage.Mode);
            return before.Noted(context, new ToolOutcome(text) { ExitCode = result.ExitCode }, budget);
        }
        catch (OperationCanceledException)
        {
            return before.Noted(context, ToolOutcome.Error("the command was stopped with the run; what it had done by then is done"), budget);
        }
        catch (CageException e)
        {
            return before.Noted(context, ToolOutcome.Error($"the command could not be run: {Printable.Line(e.Message, 500)}"), budget);
        }
    }

    private static string Text(CageResult result, TimeSpan timeout, ResultCopy? outputCopy, ResultCopy? errorsCopy)
    {
        var text = new StringBuilder(Stream(result.Output, outputCopy));
        var errors = Stream(result.Errors, errorsCopy);
        if (errors.Length > 0)
        {
            _ = text.Append(text.Length > 0 ? "[stderr]\n" : "").Append(errors);
        }

        if (result.Ended is { } ended)
        {
            _ = text.Append(result.ExitCode is null ? $"[the command was ended: {ended}" : $"[{ended}").Append(
                result.Duration >= timeout && result.ExitCode is null ? "; run it in smaller steps]\n" : "]\n");
        }

        return text.Append(CultureInfo.InvariantCulture, $"exit code: {(result.ExitCode is { } code ? code.ToString(CultureInfo.InvariantCulture) : "none")}").ToString();
    }

    private static string Stream(OutputText output, ResultCopy? copy)
    {
        var text = TerminalText.Of(output.Head.Span);
        if (output.LeftOut > 0)
        {
            var how = copy?.Path is not { } path ? "run the command again with its output in a file and read that in parts"
                : copy.IsCut ? string.Create(CultureInfo.InvariantCulture, $"the first {copy.Bytes} bytes are kept: read_file or grep with path \"{path}\"")
                : $"all of it is kept: read_file or grep with path \"{path}\"";
            text += string.Create(CultureInfo.InvariantCulture, $"\n[{output.LeftOut} bytes left out; {how}]\n") + TerminalText.Of(output.Tail.Span);
        }

        return text.Length == 0 || text.EndsWith('\n') ? text : text + "\n";
    }
}
