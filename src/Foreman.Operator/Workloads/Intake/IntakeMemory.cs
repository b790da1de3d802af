using Foreman.Workloads;

namespace Foreman.Operator.Workloads.Intake;

/// <summary>
/// What is known of a Workload with spec.source beyond what is stored. Nothing is lost with it: it saves questions, and keeps one list
/// that is behind from cancelling work. One round at a time uses it.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class IntakeMemory(TimeProvider time)
{
    /// <summary>How long the branch of an issue that is not taken for it is not asked for again, and what was refused is not tried again.</summary>
    internal static readonly TimeSpan Believed = TimeSpan.FromMinutes(10);

    /// <summary>Lists that follow each other faster say the same.</summary>
    internal static readonly TimeSpan BetweenLists = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, long> _branches = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Why, long At)> _refused = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Why, long At)> _held = new(StringComparer.Ordinal);
    private (IntakeListing Listing, long At)? _last;

    /// <summary>The list before that of the round under way; null for none.</summary>
    public IntakeListing? Previous { get; private set; }

    /// <summary>Why no issue could be marked last; null when they could.</summary>
    public string? Unwritable { get; set; }

    /// <summary>Branches that were there a short while ago.</summary>
    public Dictionary<string, bool> Branches
    {
        get
        {
            foreach (var old in _branches.Where(b => time.GetElapsedTime(b.Value) >= Believed).ToArray())
            {
                _branches.Remove(old.Key);
            }

            return _branches.ToDictionary(b => b.Key, _ => true, StringComparer.Ordinal);
        }
    }

    /// <summary>What was refused a short while ago: a sentence by the name of the Workload.</summary>
    public Dictionary<string, string> Obstacles => Recent(_refused);

    /// <summary>Marks that the forge refused a short while ago: a sentence by the UID of the Workload of the issue.</summary>
    public Dictionary<string, string> Held => Recent(_held);

    /// <summary>Takes note of a list.</summary>
    public void Note(IntakeListing listing)
    {
        if (_last is not { } last || time.GetElapsedTime(last.At) >= BetweenLists)
        {
            Previous = _last?.Listing;
            _last = (listing, time.GetTimestamp());
        }
    }

    /// <summary>Takes note that a branch is there.</summary>
    public void NoteBranch(string branch) => _branches[branch] = time.GetTimestamp();

    /// <summary>Takes note that a Workload could not be made.</summary>
    public void Refuse(string workload, string why) => _refused[workload] = (why, time.GetTimestamp());

    /// <summary>Takes note that the issue of a Workload could not be marked.</summary>
    public void Hold(string uid, string why) => _held[uid] = (why, time.GetTimestamp());

    private Dictionary<string, string> Recent(Dictionary<string, (string Why, long At)> noted)
    {
        foreach (var old in noted.Where(n => time.GetElapsedTime(n.Value.At) >= Believed).ToArray())
        {
            noted.Remove(old.Key);
        }

        return noted.ToDictionary(n => n.Key, n => n.Value.Why, StringComparer.Ordinal);
    }
}
