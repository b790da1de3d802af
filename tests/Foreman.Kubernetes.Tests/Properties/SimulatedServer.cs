namespace Foreman.Kubernetes.Tests.Properties;

/// <summary>What goes wrong for a while.</summary>
internal enum Trouble
{
    None,

    /// <summary>Every call fails.</summary>
    Down,

    /// <summary>Watches end as soon as they are open.</summary>
    WatchesEnd,

    /// <summary>Lists succeed and watches get 410.</summary>
    WatchesExpire,
}

/// <summary>How a server takes the wish for a list in the form of a stream.</summary>
internal enum Streams
{
    Served,

    /// <summary>It answers 422.</summary>
    Refused,

    /// <summary>It takes it for an ordinary watch.</summary>
    Ignored,
}

/// <summary>An API server, the network before it and the wall clock, all driven by one seed; it answers what a machine asks for.</summary>
internal sealed class SimulatedServer
{
    private readonly Random _random;
    private readonly Queue<WatchEvent<Observed<Widget>>> _stream = new();
    private readonly Streams _streams;
    private double _troubleEnds;
    private double _openedAt;
    private int _position;
    private int _staleInRow;
    private bool _inside;

    public SimulatedServer(Random random)
    {
        _random = random;
        History = new(random);
        _streams = random.Next(4) switch { 0 => Streams.Refused, 1 => Streams.Ignored, _ => Streams.Served };
    }

    public SimulatedHistory History { get; }

    /// <summary>Seconds since the start, on a clock that only goes forward.</summary>
    public double Now { get; private set; }

    /// <summary>False from when on all is well.</summary>
    public bool Faults { get; set; } = true;

    public Trouble Trouble { get; private set; }

    /// <summary>True once an open watch has told everything, up to a bookmark of the newest version.</summary>
    public bool ToldAll { get; private set; }

    /// <summary>Called when a trouble is over, with what it was, how long it lasted and when it began.</summary>
    public Action<Trouble, double>? TroubleOver { get; set; }

    /// <summary>Answers, after a while in which the world goes on.</summary>
    public ReflectorInput<Widget> Answer(ReflectorAction action)
    {
        ToldAll = false;
        if (action is ReflectorAction.Wait(var failures, var atLeast))
        {
            _stream.Clear();
            if (Jitter(60))
            {
                History.Restore();
            }

            Elapse(Math.Max(Backoff.Delay(failures, _random.NextDouble()).TotalSeconds, atLeast?.TotalSeconds ?? 0));
            return new ReflectorInput<Widget>.Ready();
        }

        if (action is not ReflectorAction.ReadWatch)
        {
            _stream.Clear();
            _inside = false;
            Elapse(0.01);
        }

        return Trouble == Trouble.Down || (Jitter(20) && _stream.Count == 0) ? Fail() : action switch
        {
            ReflectorAction.FetchPage(var token) => Page(token),
            ReflectorAction.StreamList => OpenStream(),
            ReflectorAction.OpenWatch(var version) => OpenWatch(SimulatedHistory.Number(version)),
            _ => Next(),
        };
    }

    /// <summary>Lets time pass: people write, etcd compacts, backups are made, troubles begin and end.</summary>
    private void Elapse(double seconds)
    {
        Now += seconds;
        if (Trouble != Trouble.None && Now >= _troubleEnds)
        {
            TroubleOver?.Invoke(Trouble, Now);
            Trouble = Trouble.None;
        }

        if (!Faults || Trouble != Trouble.None)
        {
            return;
        }

        for (var writes = Math.Min(12, (int)(seconds / 2) + _random.Next(3)); writes > 0; writes--)
        {
            History.Write();
        }

        switch (_random.Next(120))
        {
            case < 8:
                History.Compact();
                break;
            case 8:
                History.BackUp();
                break;
            case 9:
                Begin((Trouble)(1 + _random.Next(3)), 60 + _random.Next(600));
                break;
        }
    }

    /// <summary>All is well from now on.</summary>
    public void Heal()
    {
        Faults = false;
        if (Trouble != Trouble.None)
        {
            TroubleOver?.Invoke(Trouble, Now);
            Trouble = Trouble.None;
        }
    }

    private void Begin(Trouble trouble, double seconds)
    {
        _stream.Clear();
        _inside = false;
        Trouble = trouble;
        _troubleEnds = Now + seconds;
    }

    private ReflectorInput<Widget> Page(string? token)
    {
        var (version, from) = token?.Split(':') is [var v, var f] ? (SimulatedHistory.Number(v), SimulatedHistory.Number(f)) : (ListVersion(), 0);
        if (token is not null && (version < History.Compacted || version > History.Version))
        {
            return new ReflectorInput<Widget>.Expired();
        }

        var objects = History.At(version);
        var answered = token is not null && Jitter(15) && version - 1 >= History.Compacted ? version - 1 : version;
        var items = (answered == version ? objects : History.At(answered)).Values.Skip(from).Take(2).ToList();
        var next = from + 2 < objects.Count ? $"{SimulatedHistory.Text(version)}:{SimulatedHistory.Text(from + 2)}" : null;
        Elapse(Faults ? _random.Next(3) : 0.01);
        return new ReflectorInput<Widget>.Page(new() { Items = items, Metadata = new() { ResourceVersion = SimulatedHistory.Text(answered), ContinueProperty = next } });
    }

    /// <summary>The newest version, or, from a replica that lags for a while, an older one.</summary>
    private int ListVersion()
    {
        if (!Jitter(6) || _staleInRow >= 3)
        {
            _staleInRow = 0;
            return History.Version;
        }

        _staleInRow++;
        return History.Earlier();
    }

    private ReflectorInput<Widget> OpenStream()
    {
        if (_streams == Streams.Refused)
        {
            return new ReflectorInput<Widget>.StreamRefused();
        }

        // First everything at some version, in any order; then, still before the bookmark, what has changed since.
        Open();
        var until = ListVersion();
        var start = Math.Max(1, until - _random.Next(6));
        var objects = History.At(start).Values.ToArray();
        _random.Shuffle(objects);
        foreach (var obj in objects)
        {
            _stream.Enqueue(new(WatchEventType.Added, obj));
            if (Jitter(10))
            {
                _stream.Enqueue(new(WatchEventType.Added, obj));
            }
        }

        _position = start;
        while (History.After(_position) is { } item && item.Version <= until)
        {
            _stream.Enqueue(item.Event);
            _position = item.Version;
            if (Jitter(10) && objects.Length > 0)
            {
                _stream.Enqueue(new(WatchEventType.Added, objects[_random.Next(objects.Length)]));
            }
        }

        _position = until;
        _stream.Enqueue(SimulatedHistory.Bookmark(until, initialEventsEnd: _streams == Streams.Served));
        _inside = true;
        return Next();
    }

    private ReflectorInput<Widget> OpenWatch(int version)
    {
        if (version < History.Compacted || Trouble == Trouble.WatchesExpire || (version > History.Version && _random.Next(2) == 0))
        {
            return new ReflectorInput<Widget>.Expired();
        }

        Open();
        _position = version;
        return Next();
    }

    private void Open() => _openedAt = Now;

    private ReflectorInput<Widget> Next()
    {
        if (Trouble is Trouble.WatchesEnd or Trouble.WatchesExpire)
        {
            return Trouble == Trouble.WatchesEnd ? Ended() : new ReflectorInput<Widget>.Expired();
        }

        if (_stream.TryDequeue(out var told))
        {
            ToldAll = !Faults && _stream.Count == 0 && told.Type == WatchEventType.Bookmark && _position == History.Version;

            // A list in the form of a stream may be cut anywhere; what a watch brings out of order comes together.
            return _inside && Jitter(30) ? Ended() : new ReflectorInput<Widget>.Event(told);
        }

        _inside = false;
        if (!Faults)
        {
            return Following();
        }

        switch (_random.Next(24))
        {
            case 0:
                return Ended();
            case 1:
                Elapse(300 + _random.Next(600));
                return _random.Next(2) == 0 ? Ended() : Fail();
            case 2 or 3 when History.Before(_position) is { } old:
                return new ReflectorInput<Widget>.Event(old);
            case 4:
                return new ReflectorInput<Widget>.Expired();
            case 5:
                Disorder();
                break;
            default:
                Elapse(_random.Next(4));
                break;
        }

        return Trouble == Trouble.None ? Following() : Fail();
    }

    /// <summary>The next event; when there is none, a bookmark.</summary>
    private ReflectorInput<Widget> Following()
    {
        if (_stream.TryDequeue(out var disordered))
        {
            return new ReflectorInput<Widget>.Event(disordered);
        }

        if (History.After(_position) is { } item)
        {
            _position = item.Version;
            return new ReflectorInput<Widget>.Event(item.Event);
        }

        // A watch from a version that was lost with the restore tells where the server stands, and nothing else.
        _position = Math.Max(_position, History.Version);
        ToldAll = !Faults;
        return new ReflectorInput<Widget>.Event(SimulatedHistory.Bookmark(History.Version));
    }

    /// <summary>The next two events change places, or a bookmark comes before the event that it covers.</summary>
    private void Disorder()
    {
        if (History.After(_position) is not { } first)
        {
            return;
        }

        var second = History.After(first.Version);
        _stream.Enqueue(second?.Event ?? SimulatedHistory.Bookmark(first.Version));
        _stream.Enqueue(first.Event);
        _position = second?.Version ?? first.Version;
    }

    private ReflectorInput<Widget> Ended()
    {
        _stream.Clear();
        return new ReflectorInput<Widget>.WatchEnded(TimeSpan.FromSeconds(Now - _openedAt), Silent: _inside && Jitter(3));
    }

    private ReflectorInput<Widget> Fail()
    {
        _stream.Clear();
        return new ReflectorInput<Widget>.Failed(Jitter(5) ? TimeSpan.FromSeconds(_random.Next(40)) : null);
    }

    private bool Jitter(int oneIn) => Faults && _random.Next(oneIn) == 0;
}
