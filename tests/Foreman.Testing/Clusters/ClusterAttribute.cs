using System.Reflection;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

namespace Foreman.Testing;

/// <summary>One row for a theory: a cluster. The cluster starts when the first theory runs, not when tests are listed.</summary>
public abstract class ClusterAttribute : DataAttribute
{
    /// <summary>
    /// True for one that only tests with a whole operator use, one after the other (<see cref="OperatorTurn"/>): an operator takes every task of its cluster.
    /// </summary>
    public bool ForOperators { get; set; }

    /// <summary>What stands in the test's name.</summary>
    private protected abstract string ClusterName { get; }

    /// <summary>Why the row is skipped; null when it runs.</summary>
    private protected abstract string? Reason { get; }

    /// <inheritdoc/>
    public override bool SupportsDiscoveryEnumeration() => false;

    /// <inheritdoc/>
    public override async ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker)
    {
        if (Reason is { } reason)
        {
            return [new TheoryDataRow([null]) { Skip = reason, Label = ClusterName }];
        }

        return [new TheoryDataRow([await StartedAsync()]) { Label = ClusterName }];
    }

    /// <summary>The cluster that the assembly's tests share.</summary>
    private protected abstract Task<IClusterUnderTest> StartedAsync();
}
