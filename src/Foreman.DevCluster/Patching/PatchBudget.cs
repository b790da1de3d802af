using System.Text.Json.Nodes;
using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Json;

namespace Foreman.DevCluster.Patching;

/// <summary>What the operations of one JSON Patch may cost together: bytes copied, depth reached, members moved.</summary>
internal sealed class PatchBudget
{
    /// <summary>kube-apiserver's JSONPatchMaxCopyBytes.</summary>
    private const long MaxCopied = 3 * 1024 * 1024;

    /// <summary>About half a second.</summary>
    private const long MaxWork = 20_000_000;

    // A list or map moves the entries behind a changed one, many at the cost of one visit.
    private const int ShiftedPerUnit = 32;

    private long _copied;
    private long _work;

    /// <summary>Counts a copy by its length as JSON.</summary>
    /// <exception cref="ApiException">422 without details when the copies become too large, as in the API server.</exception>
    public void Copy(JsonNode? value)
    {
        _copied += JsonTree.Size(value, MaxCopied - _copied);
        if (_copied > MaxCopied)
        {
            throw ApiErrors.PatchRejected();
        }
    }

    /// <exception cref="ApiException">422 without details when the value would make the tree too deep.</exception>
    public void CheckDepth(JsonNode? value, int at)
    {
        var visited = 0L;
        var depth = JsonTree.Depth(value, TreeLimits.Depth - at, ref visited);
        Charge(visited);
        if (at + depth > TreeLimits.Depth)
        {
            throw ApiErrors.PatchRejected();
        }
    }

    /// <summary>Counts entries that are moved to close or open a gap.</summary>
    public void Shift(int entries) => Charge(entries / ShiftedPerUnit);

    /// <exception cref="ApiException">413 when the patch takes too much work.</exception>
    public void Charge(long work)
    {
        _work += work;
        if (_work > MaxWork)
        {
            throw ApiErrors.TooMuchWork("to apply the JSON patch");
        }
    }
}
