using System.Globalization;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Hosting;
using Foreman.Kubernetes;

namespace Foreman.Operator.Try;

/// <summary>Shows the tasks that the schedule of <c>try</c> begins, for a while.</summary>
/// <param name="client">Reads them.</param>
/// <param name="options">How long, and in which form.</param>
/// <param name="console">Where to.</param>
internal sealed class ScheduledTries(IKubernetes client, TryOptions options, ConsoleStreams console)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    // What has begun by then may end.
    private static readonly TimeSpan LastRun = TimeSpan.FromMinutes(1);

    private static readonly ListOptions Scheduled = new() { LabelSelector = Selectors.Equal(Labels.Schedule, Manifests.ScheduleName) };

    private readonly Dictionary<string, string> _shown = new(StringComparer.Ordinal);

    private TextWriter Progress => options.Json ? console.Error : console.Out;

    /// <summary>Shows them until the time is over.</summary>
    /// <param name="stop">Gives up.</param>
    /// <returns>0 when at least one was begun and all ended with GO; else 1.</returns>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        var started = console.Time.GetTimestamp();
        await SayAsync(string.Create(CultureInfo.InvariantCulture, $"{options.Schedule}, for {options.For.TotalSeconds:0} s"));
        while (true)
        {
            var tasks = (await client.ListAsync<AgenticTask>(Manifests.Namespace, Scheduled, stop)).Items.OrderBy(t => t.Name(), StringComparer.Ordinal).ToArray();
            await ShowAsync(tasks);
            var elapsed = console.Time.GetElapsedTime(started);
            if (elapsed >= options.For && (tasks.All(t => t.IsTerminal()) || elapsed >= options.For + LastRun))
            {
                return await EndAsync(tasks);
            }

            await Task.Delay(Pause, console.Time, stop);
        }
    }

    /// <summary>Whether the schedule was shown to work. Pure.</summary>
    internal static bool IsSuccess(IReadOnlyList<AgenticTask> tasks) => tasks.Count > 0 && tasks.All(t => t.IsTerminal() && t.Status.Verdict == Verdict.Go);

    private async Task ShowAsync(IEnumerable<AgenticTask> tasks)
    {
        foreach (var task in tasks)
        {
            var text = TryFormat.Task(task);
            if (_shown.GetValueOrDefault(task.Name()) != text)
            {
                _shown[task.Name()] = text;
                await Progress.WriteLineAsync(PlainLines.Line("task", $"{task.Name()} {text}"));
                await Progress.FlushAsync(CancellationToken.None);
            }
        }
    }

    private async Task<int> EndAsync(AgenticTask[] tasks)
    {
        var went = tasks.Count(t => t.Status.Verdict == Verdict.Go);
        await SayAsync(string.Create(CultureInfo.InvariantCulture, $"{tasks.Length} begun, {went} with verdict GO"));
        if (options.Json)
        {
            await console.Out.WriteLineAsync(new JsonObject { ["schedule"] = options.Schedule, ["begun"] = tasks.Length, ["go"] = went }.ToJsonString());
            await console.Out.FlushAsync(CancellationToken.None);
        }

        return IsSuccess(tasks) ? ExitCodes.Done : ExitCodes.Failed;
    }

    private async Task SayAsync(string what)
    {
        await Progress.WriteLineAsync(PlainLines.Line("schedule", what));
        await Progress.FlushAsync(CancellationToken.None);
    }
}
