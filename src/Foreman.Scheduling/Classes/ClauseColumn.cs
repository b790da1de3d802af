namespace Foreman.Scheduling;

/// <summary>What one clause says of the hosts, for all demands of which it looks at the same. Each host is asked once, when somebody wants to know.</summary>
/// <param name="ask">What the clause has against the host at a place; null when it holds.</param>
/// <param name="hosts">How many hosts there are.</param>
internal sealed class ClauseColumn(Func<int, Shortfall?> ask, int hosts)
{
    // After one host's change only that one is asked for: up to here an array of all hosts would take longer to make.
    private const int Few = 32;

    private Dictionary<int, Shortfall?>? _few;
    private Shortfall?[]? _all;
    private bool? _holdsForAll;

    /// <summary>True when the clause holds with every host; asks all of them.</summary>
    public bool HoldsForAll => _holdsForAll ??= AskAll();

    /// <summary>What the clause has against a host; null when it holds.</summary>
    /// <param name="host">Its place.</param>
    public Shortfall? Of(int host)
    {
        if (_holdsForAll == true)
        {
            return null;
        }

        if (_all is { } all)
        {
            if (ReferenceEquals(all[host], Shortfall.NotAsked))
            {
                all[host] = ask(host);
            }

            return all[host];
        }

        return OfFew(host);
    }

    private Shortfall? OfFew(int host)
    {
        var few = _few ??= [];
        if (few.TryGetValue(host, out var known))
        {
            return known;
        }

        if (few.Count >= Few)
        {
            MakeAll();
            return Of(host);
        }

        few.Add(host, known = ask(host));
        return known;
    }

    private bool AskAll()
    {
        MakeAll();
        var holds = true;
        for (var host = 0; host < hosts; host++)
        {
            holds &= Of(host) is null;
        }

        // Most clauses hold with all hosts, and need no room then.
        _all = holds ? null : _all;
        return holds;
    }

    private void MakeAll()
    {
        if (_all is not null)
        {
            return;
        }

        _all = new Shortfall?[hosts];
        Array.Fill(_all, Shortfall.NotAsked);
        foreach (var (host, known) in _few ?? [])
        {
            _all[host] = known;
        }

        _few = null;
    }
}

/// <summary>What a clause has against a host, without the words that are for the nearest host only.</summary>
/// <param name="Summary">Few words that are the same for all hosts that fail the clause.</param>
/// <param name="Temporary">True when it passes by itself.</param>
/// <param name="Gap">How far off, from 0 to 1.</param>
/// <param name="Reason">Reason of the condition Scheduled when nothing else is in the way; null for the usual one.</param>
internal sealed record Shortfall(string Summary, bool Temporary, double Gap, string? Reason)
{
    /// <summary>Stands for the answer about a host that nobody has asked for.</summary>
    public static Shortfall NotAsked { get; } = new("", false, 0, null);

    /// <summary>A violation without its words.</summary>
    /// <param name="violation">The violation.</param>
    public static Shortfall Of(ConstraintViolation violation) => new(violation.Summary, violation.Temporary, violation.Gap, violation.Reason);
}
