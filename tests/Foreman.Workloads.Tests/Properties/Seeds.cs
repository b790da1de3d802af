using Foreman.Api;
using Foreman.Testing;
using Foreman.Workloads.Tests.Scenarios;
using FsCheck;
using FsCheck.Fluent;

namespace Foreman.Workloads.Tests.Properties;

/// <summary>Random Workloads are made from seeds, so that one that fails can be made again.</summary>
internal static class Seeds
{
    /// <summary>Tries what is to hold with many seeds.</summary>
    public static void Check(Action<int> holds) =>
        Prop.ForAll(Gen.Choose(0, 1_000_000_000).ToArbitrary(), holds).Check(Config.QuickThrowOnFailure.WithMaxTest(LongRun.Seeds(quick: 40, full: 3000)));

    /// <summary>What decides about a task: the same with each seed, whenever it is asked.</summary>
    public static Random Of(int seed, AgenticTask task) => new(World.StepOf(task).Aggregate(seed, (hash, c) => unchecked((hash * 31) + c)));
}
