using System.Collections.Immutable;
using System.Globalization;
using System.Threading.Channels;
using Foreman.Api;
using Foreman.Hosting;
using Foreman.Kubernetes;
using Foreman.Operator.Inspect;
using Foreman.Operator.Live;
using Foreman.Operator.Try;
using Spectre.Console;

namespace Foreman.Operator.Maintenance;

/// <summary>Follows the tasks of a host until it has none.</summary>
/// <param name="client">The API.</param>
/// <param name="node">The host.</param>
/// <param name="console">Where progress is shown.</param>
/// <param name="form">With another form than text, progress goes to standard error.</param>
internal sealed class DrainWatch(IKubernetes client, FleetNode node, ConsoleStreams console, OutputForm form)
{
    /// <summary>The tasks of a host at a moment, by namespace and name.</summary>
    /// <param name="Held">Those that it has.</param>
    /// <param name="Left">Those that have left it, with what became of each.</param>
    internal sealed record Progress(ImmutableSortedDictionary<string, string> Held, ImmutableSortedDictionary<string, string> Left)
    {
        /// <summary>Nothing was seen yet.</summary>
        public static Progress Empty { get; } = new(ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal), ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal));

        /// <summary>The next one. Pure.</summary>
        /// <param name="tasks">All tasks of the cluster.</param>
        /// <param name="node">Name of the host.</param>
        public Progress Next(IEnumerable<AgenticTask> tasks, string node)
        {
            var byName = tasks.ToDictionary(t => ObjectKey.Of(t).ToString(), StringComparer.Ordinal);
            var held = byName.Where(t => IsHeld(t.Value, node)).ToImmutableSortedDictionary(t => t.Key, t => TryFormat.OneLine(TryFormat.Task(t.Value), 200), StringComparer.Ordinal);
            var left = Held.Keys.Where(k => !held.ContainsKey(k)).Select(k => KeyValuePair.Create(k, byName.TryGetValue(k, out var task) ? TryFormat.OneLine(TryFormat.Task(task), 200) : "deleted"));
            return new(held, Left.SetItems(left).RemoveRange(held.Keys));
        }

        /// <summary>What has changed since an earlier one, a line each. Pure.</summary>
        public IEnumerable<string> Since(Progress before) =>
        [
            .. Held.Where(h => before.Held.GetValueOrDefault(h.Key) != h.Value).Select(h => $"has   {h.Key}: {h.Value}"),
            .. Left.Where(l => before.Left.GetValueOrDefault(l.Key) != l.Value).Select(l => $"left  {l.Key}: {l.Value}"),
        ];

        private static bool IsHeld(AgenticTask task, string node) =>
            task.Status.AssignedNode == node && (task.PhaseOrPending() == TaskPhase.Scheduled || task.PhaseOrPending() == TaskPhase.Running);
    }

    /// <summary>Waits, and shows what changes.</summary>
    /// <returns>The tasks that have left the host, with what became of each.</returns>
    public async Task<IReadOnlyList<string>> UntilEmptyAsync(CancellationToken stop)
    {
        var changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        var tasks = new Reflector<AgenticTask>(client, new ReflectorOptions { Time = console.Time });
        tasks.Store.Subscribe(_ => changes.Writer.TryWrite(true));
        using var following = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var follow = tasks.RunAsync(following.Token);
        var last = Progress.Empty;
        try
        {
            await tasks.Ready.WaitAsync(stop);
            await View().ShowAsync(async report =>
            {
                while (true)
                {
                    last = last.Next(tasks.Store.Snapshot().Values, node.Name());
                    report(last);
                    if (last.Held.IsEmpty)
                    {
                        return;
                    }

                    await changes.Reader.ReadAsync(stop);
                }
            });
        }
        finally
        {
            await following.CancelAsync();
            await follow;
        }

        return [.. last.Left.Select(l => $"{l.Key}: {l.Value}")];
    }

    private ILiveView<Progress> View() => console.Terminal && form == OutputForm.Text
        ? new PictureView<Progress>(Terminals.Of(console), Progress.Empty, Render)
        : new LinesView<Progress>(form == OutputForm.Text ? console.Out : console.Error, Progress.Empty, (before, after) => after.Since(before));

    private Tree Render(Progress progress)
    {
        var tree = new Tree(Markup.Escape(string.Create(CultureInfo.InvariantCulture, $"{node.Name()}: {progress.Held.Count} to go, {progress.Left.Count} have left")));
        foreach (var (name, state) in progress.Held.Concat(progress.Left))
        {
            tree.AddNode($"[{(progress.Held.ContainsKey(name) ? "default" : "green")}]{Markup.Escape(name)}[/] {Markup.Escape(state)}");
        }

        return tree;
    }
}
