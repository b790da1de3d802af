using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>What the host's model servers must offer.</summary>
internal static class ModelClauses
{
    /// <summary>The model is on the host, when that is asked for.</summary>
    public static ConstraintViolation? Installed(MatchContext context)
    {
        if (context.Required.RequiresModelInstalled != true)
        {
            return null;
        }

        var capability = context.Capability;
        var there = (capability.InstalledModels ?? []).Concat((capability.Models ?? []).Select(m => m.Name)).Distinct(StringComparer.Ordinal).ToArray();
        var wanted = context.Demand.WantedModel;
        return there.Any(m => wanted is null || ModelNames.Same(m, wanted))
            ? null
            : new ConstraintViolation(
                "without the model",
                $"{wanted ?? "a model"} asked, {Listed(there)} there",
                new InstallModel(context.Node.Name, wanted));
    }

    /// <summary>A model server of the host has the model; a stub agent needs none.</summary>
    public static ConstraintViolation? Served(MatchContext context)
    {
        var (demand, capability) = (context.Demand, context.Capability);
        if (!demand.NeedsNodeModel || context.Node.IsStub || ModelChoice.Candidates(context.Node, demand.WantedModel).Count > 0)
        {
            return null;
        }

        if (Unhealthy(capability, demand.WantedModel) is { } server)
        {
            return new ConstraintViolation(
                "with a model server that cannot serve now",
                $"its server {server.Url} cannot serve: {server.Reason?.Trim().TrimEnd('.') ?? "no reason given"}",
                Mend(context, server))
            {
                Temporary = true,
            };
        }

        if ((capability.Models ?? []).FirstOrDefault(m => IsWanted(m, demand.WantedModel)) is { } other)
        {
            return new ConstraintViolation(
                "without a model that can chat",
                $"{other.Name} of {other.Server} has {Listed([.. other.Capabilities ?? []])} only",
                Serve(context, demand.WantedModel, "serve a chat model"));
        }

        var names = (capability.Models ?? []).Select(m => m.Name).ToArray();
        return demand.WantedModel is { } wanted
            ? new ConstraintViolation("without the model", $"{wanted} asked, {Listed(names)} served", Serve(context, wanted, $"serve {wanted}"))
            : new ConstraintViolation("without a model server", "no model is served", Serve(context, null, "start llama-server or Ollama"));
    }

    /// <summary>The model takes images when the task has some; one of which nobody knows may take them.</summary>
    public static ConstraintViolation? Vision(MatchContext context)
    {
        var demand = context.Demand;
        if (!demand.NeedsVision || !demand.NeedsNodeModel || context.Node.IsStub || ModelChoice.Seeing(context.Node, demand).Count > 0)
        {
            return null;
        }

        var blind = ModelChoice.Candidates(context.Node, demand.WantedModel).Select(m => m.Name).Distinct(StringComparer.Ordinal).ToArray();
        return blind.Length == 0 ? null : new ConstraintViolation(
            "without a model that takes images",
            $"the task has images, and {Listed(blind)} on {context.Node.Name} take{(blind.Length == 1 ? "s" : "")} none",
            new Either(
                new ServeModel(context.Node.Name, demand.WantedModel, $"serve a model with vision on {context.Node.Name} (llama-server: with --mmproj)", Sees: true),
                new DropImages(IsGood(context with { Demand = demand with { NeedsVision = false } }))));
    }

    /// <summary>The model calls tools when the task is done by calls; one that was not tried yet may call.</summary>
    public static ConstraintViolation? ToolCalls(MatchContext context)
    {
        var demand = context.Demand;
        if (!demand.NeedsTools || context.Node.IsStub || WithoutCalls(context) is not { Length: > 0 } models)
        {
            return null;
        }

        var where = demand.FixedServer?.Url ?? context.Node.Name;
        var words = demand.WantedModel is { } wanted
            ? $"serve {wanted} on {where} by a server or with a chat template by which it calls tools, or ask for another model"
            : $"serve a model that calls tools on {where}";
        HintStep step = demand.FixedServer is null ? new ServeModel(where, demand.WantedModel, words, demand.NeedsVision) : new Elsewhere(words);
        return new ConstraintViolation(
            "without a model that calls tools",
            $"the task is done by calls of tools, and {Listed(models)} on {where} called none in any way when the agent tried",
            step);
    }

    /// <summary>The model gives a task the context that is asked for.</summary>
    public static ConstraintViolation? Context(MatchContext context)
    {
        if (context.Required.MinContextTokens is not { } asked || asked <= 0)
        {
            return null;
        }

        var there = Best(Candidates(context), context.Capability, ModelChoice.ContextOf);
        return ModelChoice.Reaches(there, asked)
            ? null
            : ConstraintViolation.Short(
                "with too little context", asked, there, "tokens",
                new Either(new GiveContext(context.Node.Name, asked), context.AskLess("minContextTokens", there)));
    }

    /// <summary>The model, with the context that is asked for, is as fast as is asked for.</summary>
    public static ConstraintViolation? Speed(MatchContext context)
    {
        if (context.Required.MinTokensPerSecond is not { } asked || asked <= 0)
        {
            return null;
        }

        var there = Best(WithContext(context), context.Capability, ModelChoice.SpeedOf);
        return ModelChoice.Reaches(there, asked)
            ? null
            : ConstraintViolation.Short(
                there is null ? "of unknown speed" : "too slow", asked, there, "tokens/s",
                there is null
                    ? new Either(new Advice($"run a task on {context.Node.Name}, by which its speed is measured"), context.AskLess("minTokensPerSecond", there))
                    : context.AskLess("minTokensPerSecond", there));
    }

    // Where none has the context that is asked for, those that have most of it: these are left when less is asked for.
    private static IReadOnlyList<ServedModel> WithContext(MatchContext context)
    {
        var (candidates, capability) = (Candidates(context), context.Capability);
        IReadOnlyList<ServedModel> enough = [.. candidates.Where(m => ModelChoice.Reaches(ModelChoice.ContextOf(capability, m), context.Required.MinContextTokens))];
        var most = Best(candidates, capability, ModelChoice.ContextOf);
        return enough.Count > 0 ? enough : [.. candidates.Where(m => most is null || ModelChoice.ContextOf(capability, m) >= most)];
    }

    private static bool IsGood(MatchContext context) => ToolCalls(context) is null && Context(context) is null && Speed(context) is null;

    // What its models lack is hidden while the server does not answer.
    private static HintStep Mend(MatchContext context, ModelServer server)
    {
        var (node, capability) = (context.Node, context.Capability);
        var mended = capability with { ModelServers = [.. capability.ModelServers!.Select(s => s == server ? s with { Healthy = null } : s)] };
        var after = context with { Node = new(node.Node with { Status = node.Node.Status! with { Capability = mended } }, node.Liveness, node.Lease, node.Probation) };
        HintStep step = new MendServer(node.Name, server.Url, context.Demand.WantedModel, context.Demand.NeedsVision);
        foreach (var clause in (Clause[])[Vision, ToolCalls, Context, Speed])
        {
            if (clause(context) is null && clause(after) is { } hidden)
            {
                step = new Both(step, hidden.Step);
            }
        }

        return step;
    }

    private static ServeModel Serve(MatchContext context, string? model, string words) => new(
        context.Node.Name, model, $"{words} on {context.Node.Name}{(context.Demand.NeedsVision ? ", with vision" : "")}", context.Demand.NeedsVision);

    private static int? Best(IReadOnlyList<ServedModel> candidates, NodeCapability capability, Func<NodeCapability, ServedModel?, int?> of) =>
        candidates.Count == 0 ? of(capability, null) : candidates.Max(m => of(capability, m));

    // A server that does not answer lists no models, so any of its host may have the one that is wanted.
    private static ModelServer? Unhealthy(NodeCapability capability, string? wanted)
    {
        var models = capability.Models ?? [];
        var silent = (capability.ModelServers ?? []).Where(s => s.Healthy == false).ToArray();
        return silent.FirstOrDefault(s => models.Any(m => m.Server == s.Url && IsWanted(m, wanted)))
            ?? silent.FirstOrDefault(s => models.All(m => m.Server != s.Url));
    }

    private static bool IsWanted(ServedModel model, string? wanted) =>
        wanted is null || ModelNames.Same(model.Name, wanted) || (model.Id is { } id && ModelNames.Same(id, wanted));

    /// <summary>The models that the task could get but for their calls; none when one of them calls or may call.</summary>
    private static string[] WithoutCalls(MatchContext context)
    {
        var (demand, capability) = (context.Demand, context.Capability);
        if (demand.FixedServer is { } server)
        {
            var probed = ModelChoice.At(capability, server.Url, server.Name.Length == 0 ? null : server.Name);
            return (probed?.ToolCalls ?? server.ToolCalls) == ToolCallForm.None ? [probed?.Name ?? server.Name] : [];
        }

        var models = ModelChoice.Seeing(context.Node, demand);
        return models.Any(ModelChoice.CanCall) ? [] : [.. models.Select(m => m.Name).Distinct(StringComparer.Ordinal)];
    }

    private static IReadOnlyList<ServedModel> Candidates(MatchContext context) =>
        context.Demand.NeedsNodeModel ? ModelChoice.Candidates(context.Node, context.Demand) : [];

    private static string Listed(string[] names) => names.Length == 0 ? "none" : string.Join(", ", names);
}
