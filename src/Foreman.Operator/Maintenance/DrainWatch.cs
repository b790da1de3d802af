using System.Globalization;
using System.Threading.Channels;
using Foreman.Api;
using Foreman.Hosting;
using Foreman.Kubernetes;
using Foreman.Operator.Inspect;
using Foreman.Operator.Live;
using Spectre.Console;

namespace Foreman.Operator.Maintenance;

/// <summary>Follows a host and its tasks until it has none and gets none.</summary>
/// <param name="client">The API.</param>
/// <param name="node">The host as the drain was stored.</param>
/// <param name="console">Where progress is shown.</param>
/// <param name="form">With another form than text, progress goes to standard error.</param>
internal sealed class DrainWatch(IKubernetes client, FleetNode node, ConsoleStreams console, OutputForm form)
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(2);

    /// <summary>Waits, and shows what changes.</summary>
    /// <returns>The tasks that have left the host, with what became of each.</returns>
    /// <exception cref="ExitException">The host was deleted, or the drain was taken back.</exception>
    public async Task<IReadOnlyList<string>> UntilEmptyAsync(CancellationToken stop)
    {
        var changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        var tasks = new Reflector<AgenticTask>(client, new ReflectorOptions { Time = console.Time });
        var nodes = new Reflector<FleetNode>(client, new ReflectorOptions { Time = console.Time, FieldSelector = Selectors.Equal("metadata.name", node.Name()) });
        tasks.Store.Subscribe(_ => changes.Writer.TryWrite(true));
        nodes.Store.Subscribe(_ => changes.Writer.TryWrite(true));
        await using var timer = console.Time.CreateTimer(_ => changes.Writer.TryWrite(true), null, Tick, Tick);
        using var following = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var follow = Task.WhenAll(tasks.RunAsync(following.Token), nodes.RunAsync(following.Token));
        var last = DrainProgress.Empty;
        try
        {
            await View().ShowAsync(async report =>
            {
                while (!last.IsEmpty && last.Ended is null)
                {
                    var trouble = (tasks.LastError ?? nodes.LastError)?.Message;
                    last = (tasks.Ready.IsCompletedSuccessfully && nodes.Ready.IsCompletedSuccessfully ? last.Next(tasks.Store.Snapshot().Values, node, nodes.Store.Get(node.Name(), null)) : last) with { Trouble = trouble };
                    if (last.IsEmpty)
                    {
                        // The two watches may be apart: a task that was placed last is in a list that is read after the operator's word.
                        last = last.Next(await ClusterReader.ListAsync<AgenticTask>(client, stop), node, nodes.Store.Get(node.Name(), null));
                    }

                    report(last);
                    if (follow.IsFaulted)
                    {
                        await follow;
                    }

                    if (!last.IsEmpty && last.Ended is null)
                    {
                        await changes.Reader.ReadAsync(stop);
                    }
                }
            });
        }
        finally
        {
            await following.CancelAsync();
            await follow;
        }

        return last.Ended is { } ended
            ? throw new ExitException(ExitCodes.Failed, $"FleetNode {node.Name()} {ended}")
            : [.. last.Left.Select(l => $"{l.Key}: {l.Value}")];
    }

    private ILiveView<DrainProgress> View() => console.Terminal && form == OutputForm.Text
        ? new PictureView<DrainProgress>(Terminals.Of(console), DrainProgress.Empty, Render)
        : new LinesView<DrainProgress>(form == OutputForm.Text ? console.Out : console.Error, DrainProgress.Empty, (before, after) => after.Since(before));

    private Tree Render(DrainProgress progress)
    {
        var title = string.Create(CultureInfo.InvariantCulture, $"{node.Name()}: {progress.Held.Count} to go, {progress.Left.Count} have left{(progress.Awaited is { } awaited ? $"; {awaited}" : "")}");
        var tree = new Tree(Markup.Escape(title));
        foreach (var (name, state) in progress.Held.Concat(progress.Left))
        {
            tree.AddNode($"[{(progress.Held.ContainsKey(name) ? "default" : "green")}]{Markup.Escape(name)}[/] {Markup.Escape(state)}");
        }

        if (progress.Trouble is { } trouble)
        {
            tree.AddNode($"[red]{Markup.Escape($"trying again: {Try.TryFormat.OneLine(trouble, 300)}")}[/]");
        }

        return tree;
    }
}
