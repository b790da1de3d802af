global using Foreman.Testing;
