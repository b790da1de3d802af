using System.Globalization;

namespace Foreman.Kubernetes.Tests.Properties;

/// <summary>One step of a machine that lists and watches.</summary>
internal delegate ReflectorStep<Widget> ReflectorRules(ReflectorState<Widget> state, ReflectorInput<Widget> input);

/// <summary>
/// Plays one history against the rules of list and watch, or against rules that are wrong on purpose: first with everything
/// that can go wrong, then in peace, in which the store must come to be what the server holds.
/// </summary>
internal sealed class ReflectorSimulation
{
    private const int RestlessSteps = 220;
    private const int PeacefulSteps = 400;

    private readonly ReflectorRules _rules;
    private readonly ToldStory _story = new();
    private readonly SimulatedServer _server;
    private ReflectorState<Widget> _state;
    private double _troubleSince = -1;
    private int _callsInTrouble;
    private int _calls;

    private ReflectorSimulation(int seed, ReflectorRules rules)
    {
        var random = new Random(seed);
        _rules = rules;
        _server = new SimulatedServer(random) { TroubleOver = AfterTrouble };
        _state = new() { NeverStream = random.Next(3) == 0 };
    }

    /// <summary>What goes wrong with a seed; null when nothing does.</summary>
    public static string? Play(int seed, ReflectorRules rules)
    {
        try
        {
            new ReflectorSimulation(seed, rules).Play();
            return null;
        }
        catch (SimulationException e)
        {
            return $"seed {seed.ToString(CultureInfo.InvariantCulture)}: {e.Message}";
        }
    }

    private void Play()
    {
        ReflectorInput<Widget> input = new ReflectorInput<Widget>.Ready();
        for (var i = 0; i < RestlessSteps + PeacefulSteps; i++)
        {
            if (i == RestlessSteps)
            {
                _server.Heal();
            }

            var step = _rules(_state, input);
            _state = step.State;
            _story.Take(step.Changes, _server.History.Epoch);
            if (_server.ToldAll && step.Action is ReflectorAction.ReadWatch)
            {
                _story.CheckEnd(_server.History, _state);
                return;
            }

            Count(step.Action);
            input = _server.Answer(step.Action);
        }

        throw new SimulationException("no watch has told everything, though all is well for long");
    }

    /// <summary>Nothing is called without a pause; <see cref="AfterTrouble"/> looks at how long the pauses become.</summary>
    private void Count(ReflectorAction action)
    {
        if (action is ReflectorAction.Wait or ReflectorAction.ReadWatch or ReflectorAction.FetchPage(not null))
        {
            return;
        }

        if (++_calls > 6 + (3 * _server.Now / 0.6))
        {
            throw new SimulationException($"hot loop: {_calls} calls in {(int)_server.Now} s");
        }

        if (_server.Trouble != Trouble.None)
        {
            if (_troubleSince < 0)
            {
                _troubleSince = _server.Now;
                _callsInTrouble = 0;
            }

            _callsInTrouble++;
        }
    }

    /// <summary>Waits of 0.64 s and more that double up to 24 s and more allow so many calls, twice as many with a list for each watch.</summary>
    private void AfterTrouble(Trouble trouble, double now)
    {
        if (_troubleSince >= 0 && _callsInTrouble > 18 + (2 * (now - _troubleSince) / 24))
        {
            throw new SimulationException($"hot loop: {_callsInTrouble} calls in {(int)(now - _troubleSince)} s of {trouble}");
        }

        _troubleSince = -1;
    }
}
