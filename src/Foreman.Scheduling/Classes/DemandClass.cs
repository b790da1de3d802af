namespace Foreman.Scheduling;

/// <summary>
/// The tasks that have one demand, within one decision. Hosts that fit lie in a queue by their rank. A rank only grows while tasks are
/// assigned, so one that is out of date is put right when it comes to the front.
/// </summary>
internal sealed class DemandClass : ITurnClass
{
    private readonly FleetJudge _judge;
    private readonly TimeSpan _uptime;

    // Places in Verdicts.Fitting.
    private PriorityQueue<int, NodeRank>? _candidates;
    private Explanation? _explanation;
    private int _firstTaking;
    private int _firstLoaded;

    /// <param name="verdicts">The hosts as they were read.</param>
    /// <param name="judge">The hosts at this moment.</param>
    /// <param name="uptime">Uptime of the decision.</param>
    public DemandClass(DemandVerdicts verdicts, FleetJudge judge, TimeSpan uptime) => (Verdicts, _judge, _uptime) = (verdicts, judge, uptime);

    /// <summary>What its tasks ask.</summary>
    public Demand Demand => Verdicts.Demand;

    /// <summary>The hosts as they were read.</summary>
    public DemandVerdicts Verdicts { get; }

    /// <inheritdoc/>
    public bool IsTaken
    {
        get
        {
            while (_firstTaking < Verdicts.Fitting.Count && !Takes(_firstTaking))
            {
                _firstTaking++;
            }

            return _firstTaking < Verdicts.Fitting.Count;
        }
    }

    /// <inheritdoc/>
    public bool StartsAtOnce
    {
        get
        {
            while (_firstLoaded < Verdicts.Fitting.Count && !(Verdicts.Fitting[_firstLoaded].Terms is { IsLoaded: true } or { Model: null } && Takes(_firstLoaded)))
            {
                _firstLoaded++;
            }

            return _firstLoaded < Verdicts.Fitting.Count;
        }
    }

    // Ranks are made when a host is first asked for: by then it is known which hosts other tasks need.
    private PriorityQueue<int, NodeRank> Candidates => _candidates ??= new(Enumerable.Range(0, Verdicts.Fitting.Count).Where(Takes).Select(place => (place, RankOf(place))));

    /// <summary>The only host that takes one of its tasks now; null when several do, or none does.</summary>
    public NodeView? OnlyHost()
    {
        if (!IsTaken)
        {
            return null;
        }

        for (var place = _firstTaking + 1; place < Verdicts.Fitting.Count; place++)
        {
            if (Takes(place))
            {
                return null;
            }
        }

        return NodeAt(_firstTaking);
    }

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
                failed.Add((Candidates.Dequeue(), rank));
            }
        }

        foreach (var (place, rank) in failed)
        {
            Candidates.Enqueue(place, rank);
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

    private bool Takes(int place) => MomentClauses.Takes(NodeAt(place), Demand, _uptime);

    private NodeRank RankOf(int place) => NodeRank.Now(Verdicts.Fitting[place].Terms, NodeAt(place), Demand, _judge.Weights);

    private bool TryPeek(out int place, out NodeRank rank)
    {
        while (Candidates.TryPeek(out place, out rank))
        {
            if (!Takes(place))
            {
                Candidates.Dequeue();
            }
            else if (rank.FreeSlots != NodeAt(place).FreeSlots)
            {
                Candidates.DequeueEnqueue(place, RankOf(place));
            }
            else
            {
                return true;
            }
        }

        return false;
    }
}
