using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>
/// What each queue has had of the fleet, in token-seconds: ended attempts by their age, runs that hold a slot by what they are expected to
/// need, and what this decision places. All of it stands in the tasks, so that another leader finds the same.
/// </summary>
internal sealed class QueueShares
{
    private readonly Dictionary<QueueKey, long> _charged = [];
    private readonly FairShareSettings _settings;
    private readonly UsualUse _usual;
    private readonly QuotaSet _quotas;

    /// <param name="snapshot">The cluster.</param>
    /// <param name="usual">What tasks usually use.</param>
    /// <param name="now">Time of day.</param>
    public QueueShares(ClusterSnapshot snapshot, UsualUse usual, DateTimeOffset now)
    {
        (_settings, _usual, _quotas) = (snapshot.Settings.FairShare, usual, snapshot.Quotas);
        foreach (var task in snapshot.Tasks)
        {
            var charged = SlotUse.Ended(task).Sum(a => Decayed(a.Use.MilliTokenSeconds(_settings), now - a.EndedAt));
            if (task.HoldsSlot())
            {
                charged += usual.Expected(task).AtLeast(SlotUse.SoFar(task, now)).MilliTokenSeconds(_settings);
            }

            if (charged > 0)
            {
                Add(QueueKey.Of(task), charged);
            }
        }
    }

    /// <summary>Charges a queue for a task that gets a slot.</summary>
    /// <param name="task">The task.</param>
    public void Charge(AgenticTask task) => Add(QueueKey.Of(task), Math.Max(1, _usual.Expected(task).MilliTokenSeconds(_settings)));

    /// <summary>The queues that have had anything.</summary>
    public IEnumerable<QueueKey> Queues => _charged.Keys;

    /// <summary>What a queue has had for its weight: the one with the least is served next.</summary>
    /// <param name="queue">The queue.</param>
    public double Of(QueueKey queue) => UseOf(queue) / _quotas.WeightOf(queue);

    /// <summary>What a queue has had, in token-seconds.</summary>
    /// <param name="queue">The queue.</param>
    public double UseOf(QueueKey queue) => _charged.GetValueOrDefault(queue) / 1000.0;

    private void Add(QueueKey queue, long charged) => _charged[queue] = _charged.GetValueOrDefault(queue) + charged;

    private long Decayed(long charged, TimeSpan age) =>
        age <= TimeSpan.Zero ? charged : (long)(charged * Math.Pow(0.5, age / _settings.HalfLife));
}
