"""New modules and agents: a request becomes a plan of vetted parts, the plan a package, and running it proves it."""

from copilot.codegen.authoring.design import design
from copilot.codegen.authoring.kind import Kind, kind_of, primitive_of
from copilot.codegen.authoring.package import readme, render
from copilot.codegen.authoring.spec import AgentSpec, Design, ModuleSpec

__all__ = ["AgentSpec", "Design", "Kind", "ModuleSpec", "design", "kind_of", "primitive_of", "readme", "render"]
