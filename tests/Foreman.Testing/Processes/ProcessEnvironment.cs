using System.Diagnostics;

namespace Foreman.Testing;

/// <summary>The environment that children of a test run get.</summary>
internal static class ProcessEnvironment
{
    public static void Apply(ProcessRequest request, ProcessStartInfo start)
    {
        // A developer's own cluster must not leak into a test.
        start.Environment.Remove("KUBECONFIG");
        foreach (var (name, value) in request.Environment)
        {
            if (value is null)
            {
                start.Environment.Remove(name);
            }
            else
            {
                start.Environment[name] = value;
            }
        }
    }
}
