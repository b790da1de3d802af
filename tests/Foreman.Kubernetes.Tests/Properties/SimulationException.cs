namespace Foreman.Kubernetes.Tests.Properties;

/// <summary>Something that must never happen has happened.</summary>
internal sealed class SimulationException(string what) : Exception(what);
