using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>
/// The tasks that have one demand, within one decision. Hosts that fit lie in a queue by their rank. A rank only grows while tasks are
/// assigned, so one that is out of date is put right when it comes to the front.
/// </summary>
internal sealed class DemandClass
{
    private readonly FleetJudge _judge;
    private readonly TimeSpan _uptime;
    private readonly ObjectKey _agent;

    // Places in Verdicts.Fitting.
    private readonly PriorityQueue<int, NodeRank> _candidates;
    private Explanation? _explanation;

    /// <param name="verdicts">The hosts as they were read.</param>
    /// <param name="judge">The hosts at this moment.</param>
    /// <param name="uptime">Uptime of the decision.</param>
    public DemandClass(DemandVerdicts verdicts, FleetJudge judge, TimeSpan uptime)
    {
        (Verdicts, _judge, _uptime, _agent) = (verdicts, judge, uptime, LastRuns.AgentOf(verdicts.Demand));
        _candidates = new(Enumerable.Range(0, verdicts.Fitting.Count)
            .Where(place => MomentClauses.Takes(NodeAt(place), uptime))
            .Select(place => (place, RankOf(place))));
    }

    /// <summary>What its tasks ask.</summary>
    public Demand Demand => Verdicts.Demand;

    /// <summary>The hosts as they were read.</summary>
    public DemandVerdicts Verdicts { get; }

    /// <summary>The best host for one of its tasks; null when none takes it.</summary>
    /// <param name="history">What the task has against hosts; null for nothing.</param>
    public NodeView? Best(TaskHistory? history)
    {
        if (history is null)
        {
            return TryPeek(out var first, out _) ? NodeAt(first) : null;
        }

        // A host that failed the task is no better for it than for others, so what lies behind the first that did not can't be best.
        List<(int Place, NodeRank Rank)> failed = [];
        (NodeView? Node, NodeRank Rank) best = default;
        while (best.Node is null && TryPeek(out var place, out var rank))
        {
            var node = NodeAt(place);
            if (history.Failures(node.Name) == 0 && !history.Excludes(node.Name))
            {
                best = (node, rank);
            }
            else
            {
                failed.Add((_candidates.Dequeue(), rank));
            }
        }

        foreach (var (place, rank) in failed)
        {
            _candidates.Enqueue(place, rank);
            var node = NodeAt(place);
            var ofTask = rank with { Failures = rank.Failures + history.Failures(node.Name) };
            if (!history.Excludes(node.Name) && (best.Node is null || ofTask.CompareTo(best.Rank) < 0))
            {
                best = (node, ofTask);
            }
        }

        return best.Node;
    }

    /// <summary>Why no host takes one of its tasks.</summary>
    /// <param name="history">What the task has against hosts; null for nothing.</param>
    public PendingReason Explain(TaskHistory? history)
    {
        _explanation ??= new(Verdicts, _judge, _uptime);
        return history is { ExcludesAny: true } ? _explanation.For(history) : _explanation.ForAll();
    }

    /// <summary>The host that <see cref="Explain"/> named last to a task without exclusions. To be asked after that only.</summary>
    public Nearness Named => _explanation!.Named;

    private NodeView NodeAt(int place) => _judge.Fleet[Verdicts.Fitting[place].Host];

    private NodeRank RankOf(int place) => NodeRank.Now(Verdicts.Fitting[place].Terms, NodeAt(place), _agent, _judge.Weights);

    private bool TryPeek(out int place, out NodeRank rank)
    {
        while (_candidates.TryPeek(out place, out rank))
        {
            var node = NodeAt(place);
            if (!MomentClauses.Takes(node, _uptime))
            {
                _candidates.Dequeue();
            }
            else if (rank.FreeSlots != node.FreeSlots)
            {
                _candidates.DequeueEnqueue(place, RankOf(place));
            }
            else
            {
                return true;
            }
        }

        return false;
    }
}
