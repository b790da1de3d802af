using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>What the host's hardware must offer.</summary>
internal static class ResourceClauses
{
    /// <summary>The host has the kind of accelerator that is asked for; any takes every host.</summary>
    public static ConstraintViolation? Accelerator(MatchContext context)
    {
        var asked = context.Required.Accelerator ?? RequiredAccelerator.Any;
        var there = context.Capability.Accelerator?.Value ?? Api.Accelerator.None.Value;
        return asked == RequiredAccelerator.Any || asked.Value is null || string.Equals(asked.Value, there, StringComparison.Ordinal)
            ? null
            : new ConstraintViolation(
                "with another accelerator",
                $"{asked} asked, {there} there",
                new Either(new AskAnyAccelerator(context.Demand.CapabilityPath), new Advice($"add a host with {asked}")));
    }

    /// <summary>The healthy accelerators of the host have the memory that is asked for, in all; unified memory counts.</summary>
    public static ConstraintViolation? AcceleratorMemory(MatchContext context)
    {
        if (context.Required.MinAcceleratorMemoryGB is not { } asked || asked <= 0)
        {
            return null;
        }

        var devices = context.Capability.Accelerators ?? [];
        var there = (int)(devices.Where(a => a.Healthy != false).Sum(a => a.MemoryTotalMB ?? 0) / 1024);
        if (there >= asked)
        {
            return null;
        }

        var violation = ConstraintViolation.Short("with too little accelerator memory", asked, there, "GiB", context.AskLess("minAcceleratorMemoryGB", there));
        return devices.Count(a => a.Healthy == false) is > 0 and var failed
            ? violation with
            {
                Detail = $"{violation.Detail}, as {(failed == 1 ? "one that has failed does" : $"{failed} that have failed do")} not count",
                Step = new Either(new MendAccelerators(context.Node.Name, devices.Sum(a => a.MemoryTotalMB ?? 0) / 1024 >= asked), violation.Step),
            }
            : violation;
    }

    /// <summary>The host has the available RAM that is asked for.</summary>
    public static ConstraintViolation? Ram(MatchContext context)
    {
        var asked = context.Required.MinRAMGB ?? 0;
        var there = context.Capability.AvailableRAMGB ?? context.Capability.TotalRAMGB;
        if (asked <= 0 || there >= asked)
        {
            return null;
        }

        var (isThere, less) = ((context.Capability.TotalRAMGB ?? 0) >= asked, context.AskLess("minRAMGB", there ?? 0));
        return ConstraintViolation.Short(
            "with too little available RAM", asked, there, "GiB", isThere ? new Either(new FreeMemory(context.Node.Name, asked), less) : less)
            with
        { Temporary = isThere };
    }
}
