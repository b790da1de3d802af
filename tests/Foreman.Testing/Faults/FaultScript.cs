namespace Foreman.Testing.Faults;

/// <summary>The rules that are at work in a proxy, in the order in which they were given.</summary>
internal sealed class FaultScript
{
    private readonly Lock _lock = new();
    private readonly List<InjectedFault> _injected = [];

    public InjectedFault Add(IFaultSource source)
    {
        lock (_lock)
        {
            var injected = new InjectedFault(source, Remove);
            _injected.Add(injected);
            return injected;
        }
    }

    /// <summary>
    /// What goes wrong with a call: everything up to the first fault that keeps it from the server. All rules count the
    /// call, so that "the third list" is the same list for each of them.
    /// </summary>
    public IReadOnlyList<Fault> For(ApiCall call)
    {
        lock (_lock)
        {
            var faults = new List<Fault>();
            foreach (var injected in _injected)
            {
                if (injected.Next(call) is { } fault && !faults.Any(f => f.StopsCall))
                {
                    injected.Hit();
                    faults.Add(fault);
                }
            }

            return faults;
        }
    }

    private void Remove(InjectedFault injected)
    {
        lock (_lock)
        {
            _injected.Remove(injected);
        }
    }
}

/// <summary>Counts the calls that a rule is about.</summary>
internal sealed class RuleSource(FaultRule rule) : IFaultSource
{
    private int _seen;

    public Fault? Next(ApiCall call) => rule.Match.Fits(call) && rule.Hits(++_seen) ? rule.Fault : null;

    public override string ToString() => rule.ToString();
}
