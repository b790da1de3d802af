namespace Foreman.Kubernetes.Tests.Properties;

/// <summary>Drives the reflector's rules through random histories and faults; a failing seed can be run again alone.</summary>
public sealed class ReflectorConvergenceTests
{
    private const int Seeds = 2000;

    [Fact]
    public void Whatever_fails_on_the_way_the_store_converges_and_never_goes_back()
    {
        for (var seed = 0; seed < Seeds; seed++)
        {
            new Run(seed).Play();
        }
    }

    private sealed class Run(int seed)
    {
        private readonly Random _random = new(seed);
        private readonly Dictionary<string, Widget> _told = [];
        private readonly Store<Widget> _store = new();
        private readonly Queue<WatchEvent<Widget>> _stream = new();
        private ReflectorState<Widget> _state = new();
        private bool _faults = true;

        public void Play()
        {
            var history = new SimulatedHistory(_random);
            ReflectorInput<Widget> input = new ReflectorInput<Widget>.Ready();
            for (var step = 0; step < 400; step++)
            {
                _faults = step < 300;
                if (_faults && _random.Next(3) == 0)
                {
                    history.Write();
                }

                if (_faults && _random.Next(20) == 0)
                {
                    history.Compact();
                }

                var next = ReflectorMachine.Step(_state, input);
                _state = next.State;
                _store.Apply(next.Changes);
                Check(next.Changes);
                input = Answer(history, next.Action);
            }

            Assert.True(Texts(history.Objects.Values) == Texts(_store.Snapshot().Values), $"seed {seed}: the store is not what the server holds");
            Assert.True(Texts(_told.Values) == Texts(_store.Snapshot().Values), $"seed {seed}: the events are not what the store holds");
        }

        /// <summary>What a server, or a network that fails now and then, answers.</summary>
        private ReflectorInput<Widget> Answer(SimulatedHistory history, ReflectorAction action)
        {
            if (_faults && _random.Next(12) == 0)
            {
                return new ReflectorInput<Widget>.Failed();
            }

            switch (action)
            {
                case ReflectorAction.FetchPage:
                    return new ReflectorInput<Widget>.Page(history.List());
                case ReflectorAction.OpenWatch(var version):
                    _stream.Clear();
                    if (history.After(version) is not { } events)
                    {
                        return new ReflectorInput<Widget>.Expired();
                    }

                    events.ToList().ForEach(_stream.Enqueue);
                    _stream.Enqueue(SimulatedHistory.Bookmark(history.Version));
                    return Next(history);
                case ReflectorAction.ReadWatch:
                    return Next(history);
                default:
                    return new ReflectorInput<Widget>.Ready();
            }
        }

        private ReflectorInput<Widget> Next(SimulatedHistory history)
        {
            if (_faults && _random.Next(8) == 0 && history.Before(_state.ResourceVersion!) is { } old)
            {
                return new ReflectorInput<Widget>.Event(old);
            }

            return _stream.TryDequeue(out var watched)
                ? new ReflectorInput<Widget>.Event(watched)
                : new ReflectorInput<Widget>.WatchEnded(TimeSpan.FromSeconds(_random.Next(60)));
        }

        /// <summary>Events tell a story that makes sense by itself: each object comes, changes to newer versions, and goes.</summary>
        private void Check(IReadOnlyList<ResourceEvent<Widget>> changes)
        {
            foreach (var change in changes)
            {
                var name = change.Object.Name();
                var known = _told.GetValueOrDefault(name);
                switch (change.Type)
                {
                    case ResourceEventType.Added:
                        Assert.True(known is null, $"seed {seed}: {name} was added twice");
                        _told[name] = change.Object;
                        break;
                    case ResourceEventType.Modified:
                        Assert.True(known?.Uid() == change.Object.Uid(), $"seed {seed}: {name} changed into another object");
                        Assert.True(ResourceVersions.IsOlder(known!.ResourceVersion(), change.Object.ResourceVersion()), $"seed {seed}: {name} went back");
                        _told[name] = change.Object;
                        break;
                    default:
                        Assert.True(known?.Uid() == change.Object.Uid(), $"seed {seed}: {name} was deleted and not there");
                        _told.Remove(name);
                        break;
                }
            }
        }

        private static string Texts(IEnumerable<Widget> widgets) =>
            string.Join(", ", widgets.Select(w => $"{w.Name()} {w.Uid()} {w.ResourceVersion()}").Order(StringComparer.Ordinal));
    }
}
