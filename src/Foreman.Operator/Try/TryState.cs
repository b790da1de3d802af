using System.Collections.Immutable;
using Foreman.Api;

namespace Foreman.Operator.Try;

/// <summary>Everything that <c>try</c> shows.</summary>
internal sealed record TryState
{
    /// <summary>Address of the cluster; null before it serves.</summary>
    public string? Cluster { get; init; }

    /// <summary>The model server; null before it was looked for.</summary>
    public ModelSource? Model { get; init; }

    /// <summary>The hosts, by name.</summary>
    public ImmutableSortedDictionary<string, FleetNode> Nodes { get; init; } = ImmutableSortedDictionary<string, FleetNode>.Empty;

    /// <summary>The task; null before it was created.</summary>
    public AgenticTask? Task { get; init; }

    /// <summary>What the model and the tools did, in order.</summary>
    public ImmutableList<TryTurn> Turns { get; init; } = [];

    /// <summary>Time from the task's creation until it was seen running; null before that.</summary>
    public TimeSpan? ToRunning { get; init; }

    /// <summary>Time from the task's creation until it was seen ended; null before that.</summary>
    public TimeSpan? ToDone { get; init; }
}

/// <summary>One step of the run.</summary>
/// <param name="Number">Turn of the model.</param>
/// <param name="What">The tool and its main arguments, or the start of the model's text.</param>
/// <param name="Failed">True when the tool answered with an error.</param>
internal sealed record TryTurn(int Number, string What, bool Failed = false);

/// <summary>The model server that the hosts use.</summary>
/// <param name="Url">Base URL.</param>
/// <param name="Name">Model.</param>
/// <param name="Demo">True for the scripted demo model.</param>
internal sealed record ModelSource(Uri Url, string Name, bool Demo);
