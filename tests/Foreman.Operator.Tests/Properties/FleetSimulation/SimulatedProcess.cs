using Foreman.Kubernetes;

namespace Foreman.Operator.Tests.Properties.FleetSimulation;

/// <summary>A program that can be killed, paused, cut off from the API server, and whose clock can be set.</summary>
internal abstract class SimulatedProcess(FleetWorld world, string name)
{
    private TimeSpan _pausedUntil;
    private TimeSpan _cutUntil;
    private TimeSpan _wallOffset;

    public string Name { get; } = name;

    /// <summary>Counts the starts and ends of the process: what belongs to an earlier one is not heard.</summary>
    public int Life { get; private set; }

    /// <summary>When the process was last disturbed: started, paused, or cut off.</summary>
    public TimeSpan DisturbedAt { get; private set; }

    public bool IsAlive { get; private set; }

    public bool IsCut => World.Now < _cutUntil;

    public DateTimeOffset Wall => DateTimeOffset.UnixEpoch.AddDays(20_000) + World.Now + _wallOffset;

    protected FleetWorld World { get; } = world;

    /// <summary>Starts the process with nothing in memory.</summary>
    public void Start()
    {
        if (!IsAlive)
        {
            Life++;
            IsAlive = true;
            DisturbedAt = World.Now;
            World.Trace($"{Name} starts");
            OnStart();
        }
    }

    /// <summary>SIGKILL.</summary>
    public void Crash()
    {
        Life++;
        IsAlive = false;
        World.Trace($"{Name} is killed");
    }

    /// <summary>SIGSTOP, and SIGCONT after a while.</summary>
    public void Pause(TimeSpan time)
    {
        _pausedUntil = World.Until(time) > _pausedUntil ? World.Until(time) : _pausedUntil;
        DisturbedAt = _pausedUntil;
        World.Trace($"{Name} is paused until {_pausedUntil.TotalSeconds:0.000}");
    }

    /// <summary>Nothing passes between the process and the API server for a while.</summary>
    public void CutOff(TimeSpan time)
    {
        // A shorter one within a longer one changes nothing.
        _cutUntil = World.Until(time) > _cutUntil ? World.Until(time) : _cutUntil;
        DisturbedAt = _cutUntil;
        World.Trace($"{Name} is cut off until {_cutUntil.TotalSeconds:0.000}");
        World.At(_cutUntil, () => Hear(World.Server.Version));
    }

    /// <summary>Somebody sets the clock.</summary>
    public void SetWallClock(TimeSpan by)
    {
        _wallOffset += by;
        World.Trace($"the clock of {Name} is set by {by.TotalSeconds:0} s");
    }

    /// <summary>Has the process do something at a time, or when its pause is over; not at all when it was killed before.</summary>
    public void Later(TimeSpan after, Action action) => World.At(World.Now + after, Receiver(Life, action));

    /// <summary>Events of the watch up to a version are on their way.</summary>
    public void Hear(int version) => World.At(World.Now + World.WatchDelay(), Receiver(Life, () =>
    {
        if (!IsCut)
        {
            OnHeard(version);
        }
    }));

    /// <summary>An event of the watch comes a second time, or long after newer ones of its object.</summary>
    public void HearAgain(IKubernetesObject obj, TimeSpan after) => World.At(World.Now + after, Receiver(Life, () =>
    {
        if (!IsCut)
        {
            OnHeardAgain(obj);
        }
    }));

    /// <summary>A call to the API server: lost, late, or its answer lost.</summary>
    public void Call<T>(Func<T> serve, Action<T> answered, Action<Exception> failed)
    {
        var life = Life;
        void Fail() => World.At(World.Now + World.ErrorDelay(), Receiver(life, () => failed(FleetWorld.Unreachable())));
        if (IsCut || World.Happens(30))
        {
            Fail();
            return;
        }

        World.At(World.Now + World.Delay(), () =>
        {
            KubernetesException? refusal = null;
            T result = default!;
            try
            {
                result = serve();
            }
            catch (KubernetesException e)
            {
                refusal = e;
            }

            if (IsCut || World.Happens(30))
            {
                World.Trace($"an answer to {Name} is lost");
                Fail();
            }
            else
            {
                World.At(World.Now + World.Delay(), Receiver(life, () =>
                {
                    if (refusal is null)
                    {
                        answered(result);
                    }
                    else
                    {
                        failed(refusal);
                    }
                }));
            }
        });
    }

    protected abstract void OnStart();

    protected abstract void OnHeard(int version);

    protected abstract void OnHeardAgain(IKubernetesObject obj);

    private Action Receiver(int life, Action action) => () =>
    {
        if (life != Life)
        {
            return;
        }

        if (World.Now < _pausedUntil)
        {
            World.At(_pausedUntil + World.Delay(), Receiver(life, action));
        }
        else
        {
            action();
        }
    };
}
