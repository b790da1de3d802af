namespace Foreman.Scheduling;

/// <summary>What would let a host take a task: every change that is needed, in order.</summary>
/// <param name="steps">The changes.</param>
internal sealed class Hint(IReadOnlyList<HintStep> steps)
{
    /// <summary>The changes, each once.</summary>
    public IReadOnlyList<HintStep> Steps { get; } = [.. steps.Distinct()];

    /// <summary>True when the host takes the task once all of them are made; false when one of them is for people to find out, or nothing that is done to this host helps.</summary>
    public bool CanFollow => Steps.All(s => s.CanFollow);

    /// <summary>All of it in words, without a full stop.</summary>
    public string Text => string.Join("; ", Steps.Select(s => s.Text).Distinct(StringComparer.Ordinal));

    /// <summary>The hint for a host.</summary>
    /// <param name="violations">Why it does not take the task.</param>
    public static Hint Of(IEnumerable<ConstraintViolation> violations) => new([.. violations.Select(v => v.Step)]);
}

/// <summary>A change after which one violation is no more.</summary>
public abstract record HintStep
{
    private protected HintStep()
    {
    }

    /// <summary>The change in words, without a full stop.</summary>
    public abstract string Text { get; }

    /// <summary>False when it is for people to find out what to do, or when nothing that is done to this host helps.</summary>
    public virtual bool CanFollow => true;
}

/// <summary>What people can do. No program can tell whether it is enough.</summary>
internal sealed record Advice(string Words) : HintStep
{
    public override string Text => Words;

    public override bool CanFollow => false;
}

/// <summary>What can be done elsewhere: nothing that is done to this host helps.</summary>
internal sealed record Elsewhere(string Words) : HintStep
{
    public override string Text => Words;

    public override bool CanFollow => false;
}

/// <summary>Two ways, each of which is enough if it can be followed.</summary>
internal sealed record Either(HintStep One, HintStep Other) : HintStep
{
    public override string Text => $"{One.Text}, or {Other.Text}";

    public override bool CanFollow => One.CanFollow || Other.CanFollow;
}

/// <summary>Two changes that are only enough together.</summary>
internal sealed record Both(HintStep One, HintStep Other) : HintStep
{
    public override string Text => $"{One.Text} and {Other.Text}";

    public override bool CanFollow => One.CanFollow && Other.CanFollow;
}

/// <summary>Something that time alone brings.</summary>
/// <param name="What">What is waited for; null when only time has to pass.</param>
internal sealed record Wait(string? What = null) : HintStep
{
    public override string Text => What is null ? "wait" : $"wait for {What}";
}

/// <summary>A slot becomes free, or there is one more.</summary>
internal sealed record GetSlot(string Host) : HintStep
{
    public override string Text => "wait, raise --max-concurrent-tasks, or add a host";
}

/// <summary>The agent renews its Lease in the operator's namespace.</summary>
internal sealed record StartAgent(string Host) : HintStep
{
    public override string Text => $"start foreman-agent on {Host}, with the operator's --foreman-namespace";
}

/// <summary>The agent renews its Lease, claims what it is assigned, and its runs fail no more by the host's fault.</summary>
internal sealed record MendAgent(string Host) : HintStep
{
    public override string Text => $"look at foreman-agent on {Host}";
}

/// <summary>The agent no longer drains.</summary>
internal sealed record RestartAgent(string Host) : HintStep
{
    public override string Text => "start the agent again when it has stopped";
}

/// <summary>The host takes tasks again.</summary>
internal sealed record Uncordon(string Host, bool IsDrained, bool IsUnschedulable) : HintStep
{
    public override string Text => IsDrained && IsUnschedulable ? $"clear spec.drain and spec.unschedulable on FleetNode {Host}" : $"clear it on FleetNode {Host}";
}

/// <summary>What the host itself has against tasks is over.</summary>
internal sealed record Accept(string Host) : HintStep
{
    public override string Text => $"see status.notAccepting of FleetNode {Host}";
}

/// <summary>The host takes tasks of a namespace.</summary>
/// <param name="Host">The host.</param>
/// <param name="Namespace">The namespace.</param>
/// <param name="Lists">The lists that lack it: <c>spec.namespaces</c> and <c>--task-namespace</c>.</param>
internal sealed record AdmitNamespace(string Host, string Namespace, string Lists) : HintStep
{
    public override string Text => $"add {Namespace} to {Lists} of {Host}";
}

/// <summary>The host has roles.</summary>
internal sealed record AddRoles(string Host, string Roles) : HintStep
{
    public override string Text => $"add {Roles} to --roles of the agent on {Host}";
}

/// <summary>The task asks for these roles no more.</summary>
internal sealed record DropRoles(string Path, string Roles) : HintStep
{
    public override string Text => $"take {Roles} out of {Path}.roles";
}

/// <summary>The host carries labels.</summary>
/// <param name="Host">The host.</param>
/// <param name="Labels">Each as <c>key=value</c>, with spaces between them.</param>
internal sealed record SetLabels(string Host, string Labels) : HintStep
{
    public override string Text => $"kubectl label fleetnode {Host} --overwrite {Labels}";
}

/// <summary>The task asks for less.</summary>
/// <param name="Path">Where it asks.</param>
/// <param name="Field">The field.</param>
/// <param name="Value">The most that it may ask for; null when it must not ask at all.</param>
internal sealed record AskLess(string Path, string Field, string? Value) : HintStep
{
    public override string Text => Value is null ? $"take {Path}.{Field} out" : $"lower {Path}.{Field} to {Value}";
}

/// <summary>The task takes every kind of accelerator.</summary>
internal sealed record AskAnyAccelerator(string Path) : HintStep
{
    public override string Text => $"set {Path}.accelerator to any";
}

/// <summary>Other programs of the host use less RAM.</summary>
internal sealed record FreeMemory(string Host, int Gigabytes) : HintStep
{
    public override string Text => $"free memory on {Host}";
}

/// <summary>Accelerators that have failed work again.</summary>
/// <param name="Host">The host.</param>
/// <param name="IsEnough">True when all of them together have what is asked for.</param>
internal sealed record MendAccelerators(string Host, bool IsEnough) : HintStep
{
    public override string Text => $"look at status.capability.accelerators of FleetNode {Host}";

    public override bool CanFollow => IsEnough;
}

/// <summary>A model is installed on the host.</summary>
/// <param name="Host">The host.</param>
/// <param name="Model">Its name; null for any.</param>
internal sealed record InstallModel(string Host, string? Model) : HintStep
{
    public override string Text => $"install {Model ?? "a model"} on {Host}";
}

/// <summary>A server of the host serves a model that the task can use.</summary>
/// <param name="Host">The host.</param>
/// <param name="Model">Its name; null for any.</param>
/// <param name="Words">What to do.</param>
/// <param name="Sees">True when it must take images.</param>
internal sealed record ServeModel(string Host, string? Model, string Words, bool Sees) : HintStep
{
    public override string Text => Words;
}

/// <summary>A server of the host answers again, with the model if it does not list any.</summary>
internal sealed record MendServer(string Host, string Url, string? Model, bool Sees) : HintStep
{
    public override string Text => $"look at the model server on {Host}";
}

/// <summary>The models of the host have so much context per slot.</summary>
internal sealed record GiveContext(string Host, int Tokens) : HintStep
{
    public override string Text => $"start the model server on {Host} with more context per slot";
}

/// <summary>The task has no images.</summary>
/// <param name="IsEnough">True when a model of the host is good for the task then.</param>
internal sealed record DropImages(bool IsEnough) : HintStep
{
    public override string Text => "leave spec.payload.images out";

    public override bool CanFollow => IsEnough;
}

/// <summary>The host confines commands, with a network of their own.</summary>
internal sealed record GiveSandbox(string Host, string Words) : HintStep
{
    public override string Text => Words;
}

/// <summary>The Agent has tools no more.</summary>
/// <param name="Agent">Its name.</param>
/// <param name="Tools">The tools, with commas between them.</param>
internal sealed record DropTools(string? Agent, string Tools) : HintStep
{
    public override string Text => $"take {Tools} off the tools of Agent \"{Agent}\"";
}

/// <summary>Commands of the Agent reach no hosts.</summary>
internal sealed record ClearEgress(string? Agent) : HintStep
{
    public override string Text => "leave spec.egress empty";
}

/// <summary>The host's agent takes repositories that are folders.</summary>
internal sealed record AllowLocalRepositories(string Host) : HintStep
{
    public override string Text => $"start foreman-agent on {Host} with --allow-local-repos, if every task may read and write what it can";
}

/// <summary>The host knows a model server.</summary>
internal sealed record AddServer(string Host, string Url) : HintStep
{
    public override string Text => $"start foreman-agent on {Host} with --model-url {Url}";
}

/// <summary>The operator reaches the model servers of the host.</summary>
internal sealed record OpenServer(string Host) : HintStep
{
    public override string Text => "let it listen wider and give the agent --inference-base-url-host-override";
}

/// <summary>The task asks for another placement.</summary>
/// <param name="Words">Those that it may ask for.</param>
internal sealed record AskPlacement(string Words) : HintStep
{
    public override string Text => $"set spec.placement to {Words}";
}
