namespace Foreman.Kubernetes.Tests.Properties.Election;

/// <summary>One process that contends, with a clock of its own that runs too fast or too slow, and that can be paused.</summary>
internal sealed class ElectorNode
{
    public const string Annotation = "example.com/leader-term";

    private readonly ElectionWorld _world;
    private readonly string _name;
    private readonly double _rate;
    private readonly TimeSpan _origin;
    private readonly ElectorParameters _terms;
    private ElectorState _state = ElectorState.Idle;
    private TimeSpan _wall;
    private TimeSpan? _wallStandsAt;
    private TimeSpan _pausedUntil;
    private TimeSpan _cutOffUntil;
    private int _life;
    private int _wakes;

    public ElectorNode(ElectionWorld world, string name)
    {
        (_world, _name) = (world, name);
        _rate = 0.9 + (world.Jitter() / 5);
        _origin = TimeSpan.FromDays(world.Jitter() * 100);
        _wall = TimeSpan.FromDays(world.Jitter() * 2);
        _terms = new(new($"{name}-0", TimeSpan.FromSeconds(15), static _ => false), world.Rules.RenewDeadline, TimeSpan.FromSeconds(2));
    }

    private TimeSpan Now => _origin + (_world.Now * _rate);

    private ClockReading ClockReading => new(Now, DateTimeOffset.UnixEpoch + (_wallStandsAt ?? (_wall + Now)));

    private ElectorParameters Terms => _terms with { Lease = _terms.Lease with { Identity = $"{_name}-{_life}" } };

    public bool Leads => _world.Rules.Leads(_state, Now);

    public long Term => _state.Term;

    public override string ToString() => $"{_name}-{_life} (term {Term})";

    /// <summary>Starts a new process, which knows nothing.</summary>
    public void Start()
    {
        _life++;
        _state = ElectorStateMachine.Begin(ElectorState.Idle, Now);
        ScheduleWake();
    }

    /// <summary>SIGKILL.</summary>
    public void Crash()
    {
        _life++;
        _state = ElectorState.Idle;
    }

    /// <summary>SIGTERM.</summary>
    public void Stop() => Feed(new ElectorInput.Stop(ClockReading, Release: true));

    /// <summary>SIGSTOP, and SIGCONT after a while; or the machine sleeps.</summary>
    public void Pause(TimeSpan time) => _pausedUntil = _world.Until(time);

    /// <summary>Nothing passes between this process and the server for a while.</summary>
    public void CutOff(TimeSpan time) => _cutOffUntil = _world.Until(time);

    /// <summary>Somebody sets the clock, or it stands still, or goes on.</summary>
    public void SetWallClock(TimeSpan by, bool stands)
    {
        _wall += by;
        _wallStandsAt = stands ? _wall + Now : null;
    }

    /// <summary>Lets the process see something: at once, or when its pause is over.</summary>
    private void Receive(int life, Func<ElectorInput?> input)
    {
        if (life != _life)
        {
            return;
        }

        if (_world.Now < _pausedUntil)
        {
            _world.At(_pausedUntil + _world.Short(), () => Receive(life, input));
        }
        else if (input() is { } seen)
        {
            Feed(seen);
        }
    }

    private void Feed(ElectorInput input)
    {
        var step = _world.Rules.Step(_state, input, Terms);
        _state = step.State;
        _world.CheckOneLeader(this);
        foreach (var action in step.Actions)
        {
            if (action is ElectorAction.Send(var id, var call))
            {
                Send(id, call);
            }
            else if (action is ElectorAction.StartLeading(var term))
            {
                ScheduleWrite(_life, term);
            }
        }

        if (_state.Phase == ElectorPhase.Done)
        {
            // As RunAndTryToHoldLeadershipForeverAsync does.
            _state = ElectorStateMachine.Begin(_state, Now);
        }

        ScheduleWake();
    }

    private void ScheduleWake()
    {
        var (life, number) = (_life, ++_wakes);
        var wait = ((_state.WakeAt ?? Now) - Now) / _rate;
        _world.At(
            _world.Now + (wait > TimeSpan.Zero ? wait : TimeSpan.Zero) + TimeSpan.FromMilliseconds(1),
            () => Receive(life, () => number == _wakes ? new ElectorInput.Wake(ClockReading, _world.Jitter()) : null));
    }

    /// <summary>A call on its way: lost, late, twice, or its answer lost or late.</summary>
    private void Send(int id, LeaseCall call)
    {
        var life = _life;
        if (_world.Happens(40))
        {
            // The call passes and its answer waits until the process goes on, perhaps into a network that is gone.
            Pause(_world.Long());
            _world.At(_world.Now + TimeSpan.FromMilliseconds(100), () => CutOff(_world.Long() * 2));
        }

        for (var copies = _world.Happens(30) ? 2 : 1; copies > 0; copies--)
        {
            Transfer(() =>
            {
                var holder = _world.Server.Holder;
                var answer = _world.Happens(25) ? new LeaseResponse.Failed("the server is in trouble") : _world.Server.Answer(call);
                if (_world.Server.Holder != holder)
                {
                    _world.CheckAccepted(this);
                }

                Transfer(() => Receive(life, () => new ElectorInput.Answered(ClockReading, id, answer, _world.Jitter())));
            });
        }
    }

    private void Transfer(Action arrives)
    {
        if (_world.Happens(20) || _world.Now < _cutOffUntil)
        {
            return;
        }

        _world.At(_world.Now + (_world.Happens(8) ? _world.Long() : _world.Short()), arrives);
    }

    /// <summary>A leader writes every now and then, while its fence lets it.</summary>
    private void ScheduleWrite(int life, long term) => _world.At(
        _world.Now + TimeSpan.FromSeconds(0.2 + (_world.Jitter() * 3)),
        () =>
        {
            if (life != _life || _state.Term != term)
            {
                return;
            }

            if (_world.Now >= _pausedUntil && Leads)
            {
                // Between this question and the write's arrival lies the network, and perhaps a pause of the process.
                Write(term);
            }

            ScheduleWrite(life, term);
        });

    private void Write(long term)
    {
        try
        {
            var patch = _world.Rules.Write(new(Annotation, term), _world.Server.Object);
            _world.At(_world.Now + (_world.Happens(5) ? _world.Long() : _world.Short()), () => _world.Server.Write(patch, term));
        }
        catch (LeadershipLostException)
        {
            // The object shows that a later leader was here.
        }
    }
}
