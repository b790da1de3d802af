using System.CommandLine;
using System.Globalization;
using Foreman.Hosting;
using Foreman.Operator.Try;
using Foreman.Primitives;
using Foreman.Schedules;
using System.Runtime.InteropServices;

namespace Foreman.Operator.Cli;

/// <summary><c>try</c>: one task, start to end, on this machine.</summary>
internal static class TryCommand
{
    private static readonly Option<string> Prompt = new("--prompt") { Description = $"What the task is to do [default: {TryOptions.DefaultPrompt}]", HelpName = "TEXT" };
    private static readonly Option<string> Repo = new("--repo") { Description = "A clone on this machine: the task changes it, its checks are run, and the change becomes a branch there", HelpName = "DIR" };
    private static readonly Option<string> ModelUrl = new("--model-url") { Description = "Base URL of an LLM server. Default: what runs on this machine, else the scripted demo model", HelpName = "URL" };
    private static readonly Option<string> Model = new("--model") { Description = "Name of the model; foreman-demo for the scripted demo model. Default: the server's first one", HelpName = "NAME" };
    private static readonly Option<string> Nodes = new("--nodes") { Description = "Hosts to start on this machine, 1 to 8 [default: 1]", HelpName = "N" };
    private static readonly Option<string> Schedule = new("--schedule") { Description = "Begin the task at these times, such as '@every 1m' or '*/2 * * * *', instead of once", HelpName = "TIMES" };
    private static readonly Option<string> For = new("--for") { Description = "How long a schedule is followed [default: 150s]", HelpName = "DURATION" };
    private static readonly Option<bool> Keep = new("--keep") { Description = "Keep the cluster running until Ctrl-C" };
    private static readonly Option<string> Output = new("--output", "-o") { Description = "text, or json: one line on standard output [default: text]", HelpName = "text|json" };

    public static Command Create(ConsoleStreams console)
    {
        var command = new Command("try", "Shows everything on this machine: starts a cluster and an agent, and runs one task, start to end.")
        {
            Prompt, Repo, ModelUrl, Model, Nodes, Schedule, For, Keep, Output,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = Read(parsed, console.Time);
            await LocalClone.CheckAsync(options.Repo, console.Time, cancellationToken);
            using var signals = StopSignals.Listen(PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGHUP);
            return await TryRun.RunAsync(options, console, signals);
        });
        return command;
    }

    private static TryOptions Read(ParseResult parsed, TimeProvider time)
    {
        var options = new TryOptions { Keep = parsed.GetValue(Keep), Model = parsed.GetValue(Model), Prompt = parsed.GetValue(Prompt) ?? TryOptions.DefaultPrompt };
        if (string.IsNullOrWhiteSpace(options.Prompt))
        {
            throw UsageError.Invalid("--prompt", options.Prompt, "a text that says what is to be done");
        }

        if (parsed.GetValue(Repo) is { } repo)
        {
            options = options with
            {
                Repo = LocalClone.PathOf(repo) ?? throw UsageError.Invalid("--repo", repo, LocalClone.Expected),
                TaskName = string.Create(CultureInfo.InvariantCulture, $"change-{time.GetUtcNow():yyyyMMdd-HHmmss}"),
            };
        }

        if (parsed.GetValue(ModelUrl) is { } url)
        {
            options = options with
            {
                ModelUrl = BaseUrl.Parse(url)
                    ?? throw UsageError.Invalid("--model-url", url, "a base URL, for example http://127.0.0.1:8080"),
            };
        }

        if (parsed.GetValue(Nodes) is { } nodes)
        {
            options = options with
            {
                Nodes = int.TryParse(nodes, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= TryOptions.MaxNodes
                    ? number
                    : throw UsageError.Invalid("--nodes", nodes, $"a number from 1 to {TryOptions.MaxNodes}"),
            };
        }

        options = ReadSchedule(parsed, options, time);
        return parsed.GetValue(Output) switch
        {
            null or "text" => options,
            "json" => options with { Json = true },
            var other => throw UsageError.Invalid("--output", other, "text or json"),
        };
    }

    private static TryOptions ReadSchedule(ParseResult parsed, TryOptions options, TimeProvider time)
    {
        if (parsed.GetValue(Schedule) is not { } schedule)
        {
            return parsed.GetValue(For) is { } alone ? throw UsageError.Invalid("--for", alone, "--schedule beside it") : options;
        }

        options = options with { Schedule = schedule };
        try
        {
            _ = FireDecision.ByHand(Manifests.Schedule(options), time.GetUtcNow());
        }
        catch (ScheduleException e)
        {
            throw UsageError.Invalid("--schedule", schedule, $"times such as '@every 1m': {e.Message}");
        }

        return parsed.GetValue(For) is not { } text ? options
            : GoDuration.Parse(text) is { Ticks: > 0 } length ? options with { For = length }
            : throw UsageError.Invalid("--for", text, "a duration such as 150s or 5m");
    }
}
